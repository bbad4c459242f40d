package picture

import "image/color"

// palette is the colours of a picture.
type palette struct {
	background, text, muted, axis, grid, bar, before color.Color
}

// The two palettes: text and bars keep a contrast of at least 4.5 : 1 and 3 : 1
// to the background, as WCAG 2.2 asks (1.4.3, 1.4.11); the period before is
// fainter, and also told in words. The dark background is that of an embed in
// Discord's dark theme.
var (
	light = palette{
		background: rgb(0xffffff), text: rgb(0x1d2127), muted: rgb(0x59616b), axis: rgb(0x9aa2ac),
		grid: rgb(0xe7eaee), bar: rgb(0x2f6da8), before: rgb(0xc6cdd5),
	}
	dark = palette{
		background: rgb(0x2b2d31), text: rgb(0xf2f3f5), muted: rgb(0xb5bac1), axis: rgb(0x767b85),
		grid: rgb(0x3b3e45), bar: rgb(0x6fa8dc), before: rgb(0x585c66),
	}
)

// mapPalette is the colours of a map.
type mapPalette struct {
	palette
	sea, land, shade, province, border, coast, river, water color.Color
	// bubble is a little transparent, so that what lies below is told apart.
	bubble, rim, count color.Color
	// names are those of what is not reported on.
	names color.Color
	// halo is around letters, panel below the scale bar.
	halo, panel color.Color
}

// The two palettes of maps. Bubbles keep 3 : 1 to the land, labels 4.5 : 1 to all
// that they may lie on; orange-red and blue are told apart by the colour-blind too.
var (
	lightMap = mapPalette{
		palette: light, sea: rgb(0xd9e6f0), land: rgb(0xf8f6f1), shade: rgb(0xf6dcae), province: rgb(0xd8d3c8),
		border: rgb(0x9b9486), coast: rgb(0x9db4c6), river: rgb(0x8db6dc), water: rgb(0x35648f),
		bubble: alpha(0xa83012, 0xdc), rim: rgb(0xffffff), count: rgb(0xffffff), names: rgb(0x6a6558),
		halo: alpha(0xffffff, 0xb8), panel: alpha(0xffffff, 0xc8),
	}
	darkMap = mapPalette{
		palette: dark, sea: rgb(0x1d2329), land: rgb(0x35383e), shade: rgb(0x594723), province: rgb(0x4a4e56),
		border: rgb(0x868c96), coast: rgb(0x56626e), river: rgb(0x446f99), water: rgb(0x93bce4),
		bubble: alpha(0xf49068, 0xe0), rim: rgb(0x1d1f22), count: rgb(0x1d1411), names: rgb(0xaeb2b8),
		halo: alpha(0x24272b, 0xb8), panel: alpha(0x24272b, 0xc8),
	}
)

func alpha(v uint32, a uint8) color.Color {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: a}
}

func rgb(v uint32) color.Color {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}
