package bot

import (
	"fmt"

	"github.com/bwmarrin/discordgo"

	"sitrep/commands"
)

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
