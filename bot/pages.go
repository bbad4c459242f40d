package bot

import (
	"github.com/bwmarrin/discordgo"

	"sitrep/commands"
)

// How the room of a message is shared out, in units.
const (
	roomFields = 1500 // for fields, where much else is to be shown
	roomFooter = 120
	// leastPart is the room that it takes to begin a text which does not fit whole.
	leastPart = 800
)

// quoteRooms are how long quotations may be in an answer that shall fit one message:
// the longest with which all items do is taken. Shorter ones would not tell enough;
// then there are several pages, with every quotation whole.
var quoteRooms = []int{3900, 3500, 3000, 2500, 2000, 1600, 1200, 900, 700}

// sheet is the text of one page, spread over embeds.
type sheet struct {
	texts []string
	used  int
	last  *draft
}

// layout puts drafts on pages.
type layout struct {
	sheets []*sheet
	room   func(page int) int
	texts  int // how many embeds with text a page may have
}

func (l *layout) page() *sheet { return l.sheets[len(l.sheets)-1] }

func (l *layout) turn() { l.sheets = append(l.sheets, &sheet{texts: []string{""}}) }

// free is the longest block that the page can take.
func (l *layout) free(d *draft) int {
	p := l.page()
	left := l.room(len(l.sheets)-1) - p.used
	if p.last == nil {
		return min(left, maxDescription)
	}
	gap := len(d.gap(p.last))
	here := min(left, maxDescription-units(p.texts[len(p.texts)-1])) - gap
	if len(p.texts) < l.texts {
		return max(here, min(left, maxDescription))
	}
	return here
}

// put adds a block to the page; false where it does not fit.
func (l *layout) put(d *draft, block string) bool {
	n := units(block)
	if n > l.free(d) {
		return false
	}
	p := l.page()
	at := len(p.texts) - 1
	gap := ""
	if p.last != nil {
		gap = d.gap(p.last)
	}
	if p.last != nil && units(p.texts[at])+len(gap)+n > maxDescription {
		p.texts, at, gap = append(p.texts, ""), at+1, ""
	}
	p.texts[at] += gap + block
	p.used += len(gap) + n
	p.last = d
	return true
}

// add puts a draft on the page or, where it does not fit, whole on the next one; what
// is longer than a page is split.
func (l *layout) add(d draft) {
	if d.size <= maxDescription {
		block := d.block(0)
		if block == "" || l.put(&d, block) {
			return
		}
		if units(block) <= min(maxDescription, l.room(len(l.sheets))) {
			l.turn()
			l.put(&d, block)
			return
		}
	}
	for !d.done() {
		if l.page().last != nil && l.free(&d) < leastPart {
			l.turn()
		}
		block, rest := d.split(l.free(&d))
		if block == "" && l.page().last != nil {
			l.turn()
			continue
		}
		if block == "" {
			block, rest = d.force(l.free(&d))
		}
		part := d
		l.put(&part, block)
		d = rest
	}
}

// arrange lays drafts out: in one message if quotations can be shortened for that
// and stay telling, else on as many pages as it takes. room is the room for text
// on a page.
func arrange(drafts []draft, room func(page int) int) []*sheet {
	limits := []int{0}
	if several(drafts) {
		limits = quoteRooms
	}
	for _, texts := range []int{1, maxEmbeds - maxPictures} { // one embed reads best
		for _, limit := range limits {
			if one := inOne(drafts, limit, texts, room); one != nil {
				return []*sheet{one}
			}
		}
	}
	l := &layout{room: room, texts: 1}
	l.turn()
	for _, d := range drafts {
		l.add(d)
	}
	return l.sheets
}

// several says that an answer quotes more than one dispatch: then each quotation is a
// sample, whose citation leads to the whole. A single one is the whole.
func several(drafts []draft) bool {
	n := 0
	for _, d := range drafts {
		if d.quote {
			n++
		}
	}
	return n > 1
}

// inOne lays drafts out on one page, or gives nil.
func inOne(drafts []draft, limit, texts int, room func(int) int) *sheet {
	least := 0
	for _, d := range drafts {
		if n := d.size; limit == 0 || !d.quote {
			least += n
		} else {
			least += min(n, limit)
		}
	}
	if least > room(0) {
		return nil
	}
	l := &layout{room: room, texts: texts}
	l.turn()
	for _, d := range drafts {
		cut := limit
		if !d.quote {
			cut = 0
		}
		if block := d.block(cut); block != "" && !l.put(&d, block) {
			return nil
		}
	}
	return l.page()
}

// fieldsOf are the fields of a reply; a value that is too long goes on in further
// ones of the same name.
func (w pen) fieldsOf(list []commands.Field) (out []*discordgo.MessageEmbedField) {
	draw := func(s string) string { return w.ownLines(s, "") }
	for _, f := range list {
		name := or(w.markdownLine(f.Name, maxFieldName), "–")
		value := squeeze(ownText(f.Value))
		if draw(value) == "" {
			value = "–"
		}
		for value != "" {
			head, tail := cutAt(value, maxFieldValue, draw)
			if head == "" {
				head, tail = runeCut(value, maxFieldValue, draw)
			}
			value = tail
			if s := draw(head); s != "" {
				out = append(out, &discordgo.MessageEmbedField{Name: name, Value: s, Inline: true})
			}
		}
	}
	return out
}

func fieldSize(f *discordgo.MessageEmbedField) int { return units(f.Name) + units(f.Value) }

// deal gives each page its fields: at most 25, in at most room units.
func deal(fields []*discordgo.MessageEmbedField, room int) (pages [][]*discordgo.MessageEmbedField) {
	used := 0
	for _, f := range fields {
		n := fieldSize(f)
		if last := len(pages) - 1; last < 0 || used+n > room || len(pages[last]) == maxFields {
			pages, used = append(pages, nil), 0
		}
		pages[len(pages)-1] = append(pages[len(pages)-1], f)
		used += n
	}
	return pages
}
