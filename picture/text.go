package picture

import (
	"bytes"
	_ "embed" // the Arabic font
	"slices"
	"strings"
	"sync"
	"unicode"

	"git.sr.ht/~sbinet/gg"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// The Go fonts have Latin, Greek and Cyrillic and come with golang.org/x/image;
// none of them has Arabic.
//
//go:embed fonts/NotoSansArabic-Bold.ttf
var notoSansArabic []byte

// fonts are the parsed fonts: the labels', the title's, and the Arabic of both.
type fonts struct{ regular, medium, arabic *font.Font }

// loadFonts parses them once; a parsed font is read-only.
var loadFonts = sync.OnceValues(func() (fonts, error) {
	var f fonts
	for _, load := range []struct {
		to   **font.Font
		data []byte
	}{{&f.regular, goregular.TTF}, {&f.medium, gomedium.TTF}, {&f.arabic, notoSansArabic}} {
		face, err := font.ParseTTF(bytes.NewReader(load.data))
		if err != nil {
			return fonts{}, err
		}
		*load.to = face.Font
	}
	return f, nil
})

// faces are one weight, with the Arabic to fall back on. Its caches belong to
// one picture.
type faces []*font.Face

// ResolveFace is the face that has the character.
func (f faces) ResolveFace(r rune) *font.Face {
	for _, face := range f {
		if _, ok := face.NominalGlyph(r); ok {
			return face
		}
	}
	return f[0]
}

// typesetter shapes text and draws it as outlines.
type typesetter struct {
	regular, medium faces
	shaper          shaping.HarfbuzzShaper
	segmenter       shaping.Segmenter
	wrapper         shaping.LineWrapper
}

func newTypesetter() (*typesetter, error) {
	f, err := loadFonts()
	if err != nil {
		return nil, err
	}
	arabic := font.NewFace(f.arabic)
	return &typesetter{
		regular: faces{font.NewFace(f.regular), arabic},
		medium:  faces{font.NewFace(f.medium), arabic},
	}, nil
}

// line is shaped text on one line, its runs from left to right.
type line struct {
	runs  []shaping.Output
	width float64
	// rtl says that it is read from right to left.
	rtl bool
}

// set shapes a text in a size in pixels. What is wider than max ends with an
// ellipsis; 0 is no limit.
func (t *typesetter) set(text string, in faces, size, max float64) line {
	runes := []rune(text)
	if len(runes) == 0 {
		return line{}
	}
	l := line{rtl: rightToLeft(text)}
	dir := di.DirectionLTR
	if l.rtl {
		dir = di.DirectionRTL
	}
	input := shaping.Input{Text: runes, RunEnd: len(runes), Direction: dir, Size: fixed.Int26_6(size * 64)}
	shaped := t.shape(input, in)
	if max <= 0 {
		max = 1 << 20
	}
	config := shaping.WrapConfig{Direction: dir, TruncateAfterLines: 1, BreakPolicy: shaping.Always}
	dots := []rune{'…'}
	if cut := t.shape(shaping.Input{Text: dots, RunEnd: len(dots), Direction: dir, Size: input.Size}, in); len(cut) == 1 {
		config.Truncator = cut[0]
	}
	lines, _ := t.wrapper.WrapParagraph(config, int(max), runes, shaping.NewSliceIterator(shaped))
	if len(lines) == 0 {
		return line{}
	}
	l.runs = slices.Clone(lines[0])
	slices.SortStableFunc(l.runs, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
	for _, run := range l.runs {
		l.width += float(run.Advance)
	}
	return l
}

func (t *typesetter) shape(input shaping.Input, in faces) []shaping.Output {
	var shaped []shaping.Output
	for _, run := range t.segmenter.Split(input, in) {
		shaped = append(shaped, t.shaper.Shape(run))
	}
	return shaped
}

// draw fills the line's outlines in the context's colour. x is where it is
// anchored: at its left end (anchor 0), middle (0.5) or right end (1); y is the
// baseline.
func (l line) draw(dc *gg.Context, x, y, anchor float64) {
	l.outline(dc, x-l.width*anchor, y)
	dc.Fill()
}

// halo draws a rim around the letters, so many pixels wide, in the context's colour.
func (l line) halo(dc *gg.Context, x, y, width float64) {
	l.outline(dc, x, y)
	dc.SetLineWidth(2 * width)
	dc.SetLineJoinRound()
	dc.Stroke()
}

// outline adds the letters to the context's path.
func (l line) outline(dc *gg.Context, x, y float64) {
	for _, run := range l.runs {
		scale := float(run.Size) / float64(run.Face.Upem())
		for _, g := range run.Glyphs {
			outline, _ := run.Face.GlyphDataOutline(g.GlyphID)
			trace(dc, outline.Segments, x+float(g.XOffset), y-float(g.YOffset), scale)
			x += float(g.Advance)
		}
	}
}

// trace adds an outline to the path. Font units grow upwards.
func trace(dc *gg.Context, segments []opentype.Segment, x, y, scale float64) {
	at := func(p opentype.SegmentPoint) (float64, float64) {
		return x + float64(p.X)*scale, y - float64(p.Y)*scale
	}
	for _, s := range segments {
		x1, y1 := at(s.Args[0])
		x2, y2 := at(s.Args[1])
		x3, y3 := at(s.Args[2])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			dc.MoveTo(x1, y1)
		case opentype.SegmentOpLineTo:
			dc.LineTo(x1, y1)
		case opentype.SegmentOpQuadTo:
			dc.QuadraticTo(x1, y1, x2, y2)
		case opentype.SegmentOpCubeTo:
			dc.CubicTo(x1, y1, x2, y2, x3, y3)
		}
	}
}

// drawable is a text as it can be drawn: on one line, without controls and
// without symbols that no font has (emoji). It is empty where a letter is
// missing: a row of boxes says nothing, and the words that go with the picture
// have the text whole.
func (t *typesetter) drawable(text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "")) {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r == '\u200c' || r == '\u200d': // joiners, part of Persian and Urdu words
			b.WriteRune(r)
		case !unicode.IsGraphic(r):
		case t.has(r):
			b.WriteRune(r)
		case unicode.In(r, unicode.L, unicode.M, unicode.N) && !unicode.Is(unicode.Variation_Selector, r):
			return ""
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (t *typesetter) has(r rune) bool {
	_, ok := t.medium.ResolveFace(r).NominalGlyph(r)
	return ok
}

// rightToLeft is whether the first letter with a direction runs to the left.
func rightToLeft(text string) bool {
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}

func float(v fixed.Int26_6) float64 { return float64(v) / 64 }
