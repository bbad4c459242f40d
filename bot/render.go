package bot

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"sitrep/commands"
	"sitrep/news"
)

// Discord's limits of a message, in characters unless said otherwise:
// https://docs.discord.com/developers/resources/message#embed-object-embed-limits
const (
	maxTitle       = 256
	maxDescription = 4096
	maxFields      = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxTotal       = 6000 // over all embeds of a message
	maxEmbeds      = 10
	maxRows        = 5
	maxRowButtons  = 5
	maxLabel       = 80
	maxCustomID    = 100
	maxAlt         = 1024
	maxPictures    = 4
	maxPicture     = 10 << 20 // bytes
	maxUpload      = 20 << 20 // bytes over all pictures; Discord takes 25 MiB a request
)

// How the room of a message is shared out.
const (
	roomNote   = 1500
	roomFields = 1500
	roomCites  = 1600 // of one item
	roomSource = 120
	roomMore   = 60 // for "… and N more"
)

// Colours of the bar at an embed's side.
const (
	colourAnswer = 0x2F5D8A
	colourError  = 0xB3261E
)

// buttonPrefix begins the custom_id of a button whose rest is a command line.
const buttonPrefix = "!"

// quoteRooms are how long an item's text may be; the longest with which all items
// fit is taken.
var quoteRooms = []int{3900, 3500, 3000, 2500, 2000, 1600, 1200, 900, 700, 500, lastRoom}

const (
	lastRoom    = 400
	tellingRoom = 700
)

var errorTitles = map[string]string{
	commands.CodeUnknownCommand: "Unknown command",
	commands.CodeUsage:          "Not understood",
	commands.CodeNotFound:       "Not found",
	commands.CodeForbidden:      "Not allowed",
	commands.CodeUnavailable:    "Not available at the moment",
	commands.CodeInternal:       "Something went wrong",
}

// render makes one message of a reply, within every limit. Items that do not fit
// are left out whole, from the end, and counted. footer may be empty.
func render(r commands.Reply, footer string) (*message, []file) {
	m := &message{Mentions: mentions{Parse: []string{}}}
	first := &discordgo.MessageEmbed{Color: colourAnswer, Title: inlineFit(r.Title, maxTitle)}
	if r.Error != nil {
		first.Color = colourError
		first.Title = or(first.Title, or(errorTitles[r.Error.Code], errorTitles[commands.CodeInternal]))
	}
	room := maxTotal - units(first.Title)
	if footer != "" {
		first.Footer = &discordgo.MessageEmbedFooter{Text: footer}
		room -= units(footer)
	}
	first.Fields, room = fields(r.Fields, room)
	pictures, leftOut := usable(r.Pictures)
	texts := layOut(head(r, leftOut), r.Items, room)
	first.Description = texts[0]
	m.Embeds = []*discordgo.MessageEmbed{first}
	for _, t := range texts[1:] {
		m.Embeds = append(m.Embeds, &discordgo.MessageEmbed{Color: first.Color, Description: t})
	}
	if first.Title == "" && first.Description == "" && len(first.Fields) == 0 {
		first.Description = "Nothing to show."
	}
	files := m.attach(pictures)
	m.Components = buttons(r.Actions)
	return m, files
}

// head is what stands before the items: the error, the as-of line, the note.
func head(r commands.Reply, leftOut int) string {
	var parts []string
	add := func(s string) {
		s = squeeze(clean(s))
		draw := func(s string) string { return lines(s, "", prose) }
		if s = draw(fit(s, roomNote, draw)); s != "" {
			parts = append(parts, s)
		}
	}
	if r.Error != nil {
		add(r.Error.Message)
	}
	if !r.AsOf.IsZero() {
		parts = append(parts, fmt.Sprintf("As of %s (%s)", stamp(r.AsOf, 'f'), stamp(r.AsOf, 'R')))
	}
	add(r.Note)
	if leftOut > 0 {
		parts = append(parts, fmt.Sprintf("Pictures left out, since Discord takes 10 MiB each: %d", leftOut))
	}
	return strings.Join(parts, "\n")
}

// fields are the reply's fields as far as there is room, and the room that is left.
func fields(list []commands.Field, room int) ([]*discordgo.MessageEmbedField, int) {
	var out []*discordgo.MessageEmbedField
	used := 0
	for _, f := range list {
		e := &discordgo.MessageEmbedField{Name: or(inlineFit(f.Name, maxFieldName), "–"), Value: or(inlineFit(f.Value, maxFieldValue), "–"), Inline: true}
		n := units(e.Name) + units(e.Value)
		if len(out) == maxFields || used+n > roomFields {
			break
		}
		used += n
		out = append(out, e)
	}
	return out, room - used
}

// layOut spreads the items over descriptions, of which there is at least one.
func layOut(head string, items []commands.Item, room int) []string {
	drafts := make([]draft, len(items))
	for i, it := range items {
		drafts[i] = newDraft(it)
	}
	// One embed reads best: quotations are shortened for it, as long as they stay telling.
	for _, limit := range quoteRooms {
		if limit < tellingRoom || least(drafts, limit) > maxDescription {
			continue
		}
		if texts, left := arrange(head, drafts, limit, room); left == 0 && len(texts) == 1 {
			return texts
		}
	}
	for _, limit := range quoteRooms {
		if least(drafts, limit) > room && limit != lastRoom {
			continue
		}
		texts, left := arrange(head, drafts, limit, room)
		if left == 0 {
			return texts
		}
		if limit == lastRoom {
			last := len(texts) - 1
			texts[last] = strings.TrimPrefix(fmt.Sprintf("%s\n\n… and %d more", texts[last], left), "\n\n")
			return texts
		}
	}
	return []string{head}
}

// least is what the items need at the very least.
func least(drafts []draft, limit int) (n int) {
	for _, d := range drafts {
		n += min(limit, d.size)
	}
	return n
}

// arrange fills descriptions with whole items and says how many are left over.
func arrange(head string, items []draft, limit, room int) (texts []string, left int) {
	texts = []string{head}
	room -= units(head) + roomMore
	at, used := 0, units(head)+roomMore
	tight := true
	for i, it := range items {
		block := it.block(limit)
		gap := "\n\n"
		if it.plain && tight && i > 0 {
			gap = "\n"
		}
		tight = it.plain
		n := units(block) + len(gap)
		if n > room {
			return texts, len(items) - i
		}
		if used+n > maxDescription {
			if at+1 == maxEmbeds-maxPictures || n+roomMore > maxDescription {
				return texts, len(items) - i
			}
			texts, at, used = append(texts, ""), at+1, roomMore
		}
		if texts[at] != "" {
			texts[at] += gap
		}
		texts[at] += block
		used, room = used+n, room-n
	}
	return texts, 0
}

// draft is an item as far as it does not depend on the room.
type draft struct {
	before, after []string // lines around the text
	text          string   // clean, with highlights
	size          int      // its length in units
	prefix        string
	escape        func(string) string
	plain         bool // a line of a list: no quotation, no source
}

func newDraft(it commands.Item) draft {
	d := draft{prefix: "• ", escape: prose, plain: !it.Quote && len(it.Cites) == 0}
	marks := it.Marks
	if it.Quote {
		d.prefix, d.escape = "> ", escapeLine
	} else if strings.Contains(it.Text, "`") {
		marks = nil // bold inside code would show its stars
	}
	switch it.Standing {
	case news.Disputed:
		d.before = []string{"⚠️ **Disputed**"}
	case news.Retracted:
		d.before = []string{"⛔ **Retracted**"}
	}
	d.text = squeeze(cleanMarked(marked(it.Text, marks)))
	d.size = units(stripMarks(d.text))
	used := 0
	for i, c := range it.Cites {
		line := cite(c)
		if used += units(line) + 1; used > roomCites && i > 0 {
			d.after = append(d.after, fmt.Sprintf("— … and %d more sources", len(it.Cites)-i))
			break
		}
		d.after = append(d.after, line)
	}
	return d
}

// block draws an item. Its text may be cut to limit units; its citations are not.
func (d draft) block(limit int) string {
	draw := func(s string) string { return lines(s, d.prefix, d.escape) }
	parts := slices.Clone(d.before)
	if text := draw(fit(d.text, limit, draw)); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(append(parts, d.after...), "\n")
}

// marked puts the marks into the text itself, which is freed of private
// characters first; marks that overlap, or split a character, are left out.
func marked(s string, marks []commands.Mark) string {
	s = bound(s)
	var out strings.Builder
	at := 0
	for _, m := range marks {
		if m.Start < at || m.End <= m.Start || m.End > len(s) || !boundary(s, m.Start) || !boundary(s, m.End) {
			continue
		}
		out.WriteString(dropPrivate(s[at:m.Start]))
		out.WriteRune(markOpen)
		out.WriteString(dropPrivate(s[m.Start:m.End]))
		out.WriteRune(markClose)
		at = m.End
	}
	out.WriteString(dropPrivate(s[at:]))
	return out.String()
}

// boundary says that a highlight may begin or end here: not inside a character
// or before a mark that belongs to the letter before.
func boundary(s string, i int) bool {
	if i == len(s) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	return utf8.RuneStart(s[i]) && before != zwj && !unicode.In(r, unicode.M, unicode.Cf, unicode.Sk)
}

// cite is the line that says where a statement comes from.
func cite(c commands.Cite) string {
	parts := []string{}
	source := or(inlineFit(c.Source, roomSource), "unknown source")
	switch {
	case !c.Published.IsZero():
		source += fmt.Sprintf(", %s (%s)", stamp(c.Published, 'D'), stamp(c.Published, 'R'))
	case !c.Filed.IsZero():
		source += ", undated, filed " + stamp(c.Filed, 'D')
	default:
		source += ", undated"
	}
	parts = append(parts, source)
	if l := hostLink(c.URL); l != "" {
		parts = append(parts, l)
	}
	if c.ID.Valid() {
		parts = append(parts, "`"+string(c.ID)+"`")
	}
	return "— " + strings.Join(parts, " · ")
}
