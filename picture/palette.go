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

func rgb(v uint32) color.Color {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}
