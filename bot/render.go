package bot

import (
	"strings"

	"github.com/bwmarrin/discordgo"

	"sitrep/commands"
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
	maxSelect      = 25
	maxOption      = 100 // label and value of a select's option
	maxPlaceholder = 150
	maxAlt         = 1024
	maxPictures    = 4
	maxPicture     = 10 << 20 // bytes
	maxUpload      = 20 << 20 // bytes over all pictures; Discord takes 25 MiB a request
)

// Colours of the bar at an embed's side.
const (
	colourAnswer = 0x2F5D8A
	colourError  = 0xB3261E
)

// rendered is one page: a message without its buttons, and its files.
type rendered struct {
	m     *message
	files []file
}

// render makes messages of a reply, each within every limit of Discord's: the pages
// of an answer that is turned, or the parts of one that is posted. Nothing is left
// out but pictures that are too big, and that is said. mark is what to put into the
// footer of a page, from 1; nil for nothing.
func (w pen) render(r commands.Reply, mark func(page int) string) []rendered {
	colour, title := colourAnswer, w.markdownLine(r.Title, maxTitle)
	if r.Error != nil {
		colour = colourError
		title = or(title, w.markdownLine(w.errorTitle(r.Error.Code), maxTitle))
	}
	pictures, left := usable(r.Pictures)
	drafts := w.headOf(r, left)
	for _, it := range r.Items {
		drafts = append(drafts, w.item(it))
	}
	room := maxTotal - units(title) - roomFooter
	fields := deal(w.fieldsOf(r.Fields), max(roomFields, room-drawnSize(drafts, room)))
	sheets := arrange(drafts, func(page int) int {
		left := room
		if page < len(fields) {
			for _, f := range fields[page] {
				left -= fieldSize(f)
			}
		}
		return left
	})
	pages := make([]rendered, max(len(sheets), len(fields)))
	for i := range pages {
		m := &message{Mentions: mentions{Parse: []string{}}}
		first := &discordgo.MessageEmbed{Color: colour, Title: title}
		m.Embeds = []*discordgo.MessageEmbed{first}
		if i < len(sheets) {
			first.Description = sheets[i].texts[0]
			for _, t := range sheets[i].texts[1:] {
				m.Embeds = append(m.Embeds, &discordgo.MessageEmbed{Color: colour, Description: t})
			}
		}
		if i < len(fields) {
			first.Fields = fields[i]
		}
		if first.Title == "" && first.Description == "" && len(first.Fields) == 0 {
			first.Description = w.ownLines(w.say("Nothing to show."), "")
		}
		var more []string
		if mark != nil {
			more = append(more, mark(i+1))
		}
		if text := w.footer(i+1, len(pages), more...); text != "" {
			first.Footer = &discordgo.MessageEmbedFooter{Text: text}
		}
		pages[i].m = m
	}
	pages[0].files = pages[0].m.attach(pictures)
	return pages
}

// drawnSize is the room that drafts take, or enough to be too much.
func drawnSize(drafts []draft, enough int) (n int) {
	for i := range drafts {
		if n += drafts[i].size; n > enough {
			return n
		}
	}
	n = 0
	for i := range drafts {
		n += units(drafts[i].block(0)) + 2
	}
	return n
}

// footer says which page it is, and what else there is to say.
func (w pen) footer(page, pages int, more ...string) string {
	var parts []string
	if pages > 1 {
		parts = append(parts, w.say("Page %d of %d", page, pages))
	}
	return w.plainLine(strings.Join(append(parts, more...), " · "), roomFooter)
}

// capped is at most maxPosts of the pages, the last of which says how many are left
// out.
func (w pen) capped(pages []rendered, mark func(page int) string) []rendered {
	left := len(pages) - maxPosts
	if left <= 0 {
		return pages
	}
	more := []string{w.say("%d more pages are left out", left)}
	if mark != nil {
		more = append([]string{mark(maxPosts)}, more...)
	}
	pages[maxPosts-1].m.Embeds[0].Footer = &discordgo.MessageEmbedFooter{Text: w.footer(maxPosts, len(pages), more...)}
	return pages[:maxPosts]
}
