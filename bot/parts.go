package bot

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"sitrep/commands"
)

// stamp is a time that every reader sees in their own zone and language: 'D' is
// the date, 'f' date and time, 'R' how long ago.
// https://docs.discord.com/developers/reference#message-formatting-timestamp-styles
func stamp(t time.Time, style byte) string { return fmt.Sprintf("<t:%d:%c>", t.Unix(), style) }

// usable are the pictures that Discord takes, and how many it does not.
func usable(list []commands.Picture) (out []commands.Picture, left int) {
	total := 0
	for _, p := range list {
		if len(p.Data) == 0 || len(p.Data) > maxPicture || total+len(p.Data) > maxUpload || len(out) == maxPictures {
			left++
			continue
		}
		total += len(p.Data)
		out = append(out, p)
	}
	return out, left
}

// attach puts the first picture into the first embed and each other one into an
// embed of its own.
func (m *message) attach(pictures []commands.Picture) (files []file) {
	for i, p := range pictures {
		name := fmt.Sprintf("picture-%d.png", i+1)
		files = append(files, file{name, p.Data})
		m.Attachments = append(m.Attachments, attachment{ID: i, Filename: name, Description: cut(disarm(plainText(p.Alt)), maxAlt)})
		image := &discordgo.MessageEmbedImage{URL: "attachment://" + name}
		if i == 0 {
			m.Embeds[0].Image = image
			continue
		}
		m.Embeds = append(m.Embeds, &discordgo.MessageEmbed{Color: m.Embeds[0].Color, Image: image})
	}
	return files
}

// buttons are the actions whose line fits a custom_id. A longer line has no
// button: holding it elsewhere would give the button a state to lose.
func buttons(actions []commands.Action) []discordgo.MessageComponent {
	var rows []discordgo.MessageComponent
	var row []discordgo.MessageComponent
	seen := map[string]bool{}
	flush := func() {
		if len(row) > 0 {
			rows = append(rows, discordgo.ActionsRow{Components: row})
			row = nil
		}
	}
	for _, a := range actions {
		id := buttonPrefix + strings.TrimSpace(a.Line)
		label := cut(or(plainText(a.Label), plainText(a.Line)), maxLabel)
		if len(rows) == maxRows || label == "" || id == buttonPrefix || units(id) > maxCustomID || seen[id] || !bytes.Equal([]byte(id), bytes.ToValidUTF8([]byte(id), nil)) || strings.ContainsRune(id, 0) {
			continue
		}
		seen[id] = true
		row = append(row, discordgo.Button{Label: label, Style: discordgo.SecondaryButton, CustomID: id})
		if len(row) == maxRowButtons {
			flush()
		}
	}
	if len(rows) < maxRows {
		flush()
	}
	return rows
}
