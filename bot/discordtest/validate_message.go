package discordtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// What Discord documents of messages:
// https://docs.discord.com/developers/resources/message
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxTitle       = 256
	maxDescription = 4096
	maxFields      = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxFooter      = 2048
	maxAuthor      = 256
	maxEmbedTotal  = 6000
	maxNonce       = 25
	maxFiles       = 10
	maxAlt         = 1024
	maxRows        = 5
	maxButtons     = 5
	maxLabel       = 80
	maxCustomID    = 100
	maxSelect      = 25
)

var messageKeys = []string{"content", "nonce", "enforce_nonce", "tts", "embeds", "allowed_mentions",
	"message_reference", "components", "sticker_ids", "attachments", "flags"}

// message checks a body that creates (or, with edit, changes) a message.
// channel says that it goes to POST /channels/…/messages, where nonces exist.
func (s *Server) checkMessage(r *request, body map[string]any, path string, edit, channel bool) ([]File, *problem) {
	c := &check{}
	if !s.o.Lax {
		c.keys(body, path, messageKeys...)
		s.houseRules(c, body, path, edit, channel)
	}
	content := c.str(body, path, "content", 0, maxContent, false)
	files := c.files(r, body, path)
	names := []string{}
	for _, f := range files {
		names = append(names, f.Name)
	}
	embeds := c.embeds(body, path, names)
	rows := c.components(body, path)
	c.integer(body, path, "flags", 0, 1<<20, false)
	if v, ok := body["nonce"]; ok {
		switch v := v.(type) {
		case string:
			c.str(body, path, "nonce", 0, maxNonce, false)
		case json.Number:
		default:
			c.add(path+".nonce", "STRING_TYPE_CONVERT", "Could not interpret \"%v\" as string.", v)
		}
	}
	if v, ok := body["enforce_nonce"]; ok && v == true && body["nonce"] == nil {
		c.add(path+".nonce", "BASE_TYPE_REQUIRED", "This field is required")
	}
	c.mentions(body, path)
	if len(c.issues) > 0 {
		return nil, invalidForm(c.issues)
	}
	if !edit && content == "" && embeds == 0 && rows == 0 && len(files) == 0 {
		return nil, errEmpty
	}
	return files, nil
}

// houseRules are ours: nothing goes out that could ping, and nothing that could
// be posted twice by a retry.
func (s *Server) houseRules(c *check, body map[string]any, path string, edit, channel bool) {
	am, ok := body["allowed_mentions"].(map[string]any)
	if list, isList := am["parse"].([]any); !ok || !isList || len(list) > 0 {
		c.add(path+".allowed_mentions", "HOUSE_MENTIONS", "Must be {\"parse\": []}.")
	}
	if am["replied_user"] == true {
		c.add(path+".allowed_mentions.replied_user", "HOUSE_MENTIONS", "A reply must not ping.")
	}
	if !channel || edit {
		return
	}
	if n, ok := body["nonce"].(string); !ok || n == "" {
		c.add(path+".nonce", "HOUSE_NONCE", "Every send carries a nonce.")
	}
	if body["enforce_nonce"] != true {
		c.add(path+".enforce_nonce", "HOUSE_NONCE", "Must be true.")
	}
}

func (c *check) mentions(body map[string]any, path string) {
	v, ok := body["allowed_mentions"]
	if !ok {
		return
	}
	path += ".allowed_mentions"
	am, ok := v.(map[string]any)
	if !ok {
		c.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
		return
	}
	parse, ok := am["parse"]
	if !ok {
		return
	}
	list, ok := parse.([]any)
	if !ok {
		c.add(path+".parse", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
	}
	for i, e := range list {
		if e != "users" && e != "roles" && e != "everyone" {
			c.add(fmt.Sprintf("%s.parse.%d", path, i), "BASE_TYPE_CHOICES", "Value must be one of ('users', 'roles', 'everyone').")
		}
	}
}

// files joins the uploads with what "attachments" says of them.
func (c *check) files(r *request, body map[string]any, path string) []File {
	var files []File
	fields := map[string]int{}
	for _, u := range r.files {
		if u.name == "" {
			c.add(path+".files", "BASE_TYPE_REQUIRED", "A file needs a filename.")
		}
		if _, twice := fields[u.field]; twice {
			c.add(path+".files", "HOUSE_DUPLICATE_FILE", "Two files are named %q.", u.field)
		}
		fields[u.field] = len(files)
		files = append(files, File{Name: u.name, Type: u.typ, Data: u.data})
	}
	if len(files) > maxFiles {
		c.add(path+".files", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxFiles)
	}
	for i, a := range c.list(body, path, "attachments", 0, maxFiles) {
		p := fmt.Sprintf("%s.attachments.%d", path, i)
		id := fmt.Sprint(a["id"])
		n, ok := fields["files["+id+"]"]
		if !ok {
			if !validID(id) { // an ID keeps an old attachment in an edit
				c.add(p+".id", "ATTACHMENT_NOT_FOUND", "No file for the attachment %q.", id)
			}
			continue
		}
		if name := c.str(a, p, "filename", 1, 1024, false); name != "" {
			files[n].Name = name
		}
		files[n].Description = c.str(a, p, "description", 0, maxAlt, false)
	}
	return files
}

func (c *check) embeds(body map[string]any, path string, files []string) int {
	embeds := c.list(body, path, "embeds", 0, maxEmbeds)
	total := 0
	for i, e := range embeds {
		total += c.embed(e, fmt.Sprintf("%s.embeds.%d", path, i), files)
	}
	if total > maxEmbedTotal {
		c.add(path+".embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", maxEmbedTotal)
	}
	return len(embeds)
}

func (c *check) embed(e map[string]any, p string, files []string) int {
	c.keys(e, p, "title", "type", "description", "url", "timestamp", "color", "footer", "image", "thumbnail", "author", "fields")
	title := c.str(e, p, "title", 0, maxTitle, false)
	desc := c.str(e, p, "description", 0, maxDescription, false)
	total := length(title) + length(desc)
	c.link(e, p, "url", nil)
	c.integer(e, p, "color", 0, 0xFFFFFF, false)
	if ts := c.str(e, p, "timestamp", 0, 64, false); ts != "" {
		if _, err := time.Parse(time.RFC3339Nano, ts); err != nil {
			c.add(p+".timestamp", "DATE_TIME_TYPE_PARSE", "Could not parse %s. Should be ISO8601.", ts)
		}
	}
	images := 0
	for _, key := range []string{"image", "thumbnail"} {
		if o, ok := c.object(e, p, key); ok {
			images++
			if c.str(o, p+"."+key, "url", 1, 2048, true) != "" {
				c.link(o, p+"."+key, "url", files)
			}
		}
	}
	if o, ok := c.object(e, p, "footer"); ok {
		total += length(c.str(o, p+".footer", "text", 1, maxFooter, true))
	}
	if o, ok := c.object(e, p, "author"); ok {
		total += length(c.str(o, p+".author", "name", 1, maxAuthor, true))
	}
	fields := c.list(e, p, "fields", 0, maxFields)
	for i, f := range fields {
		fp := fmt.Sprintf("%s.fields.%d", p, i)
		c.keys(f, fp, "name", "value", "inline")
		total += length(c.str(f, fp, "name", 1, maxFieldName, true)) + length(c.str(f, fp, "value", 1, maxFieldValue, true))
	}
	if total == 0 && images == 0 {
		c.add(p, "EMBED_EMPTY", "An embed needs a text or an image.")
	}
	return total
}

func (c *check) components(body map[string]any, path string) int {
	rows := c.list(body, path, "components", 0, maxRows)
	ids := map[string]bool{}
	for i, row := range rows {
		p := fmt.Sprintf("%s.components.%d", path, i)
		if c.integer(row, p, "type", 1, 1, true) != 1 {
			continue
		}
		parts := c.list(row, p, "components", 1, maxButtons)
		selects := 0
		for j, part := range parts {
			pp := fmt.Sprintf("%s.components.%d", p, j)
			switch typ := c.integer(part, pp, "type", 2, 8, true); {
			case typ == 2:
				c.button(part, pp, ids)
			case slices.Contains([]int64{3, 5, 6, 7, 8}, typ):
				selects++
				c.customID(part, pp, ids)
				if typ == 3 {
					c.list(part, pp, "options", 1, maxSelect)
				}
			case typ == 4:
				c.add(pp+".type", "UNION_TYPE_CHOICES", "Text inputs belong into modals.")
			}
		}
		if selects > 0 && len(parts) > 1 {
			c.add(p, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
		}
	}
	return len(rows)
}

func (c *check) customID(m map[string]any, p string, seen map[string]bool) {
	id := c.str(m, p, "custom_id", 1, maxCustomID, true)
	if id != "" && seen[id] {
		c.add(p+".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	seen[id] = true
}

func (c *check) button(b map[string]any, p string, seen map[string]bool) {
	c.keys(b, p, "type", "style", "label", "emoji", "custom_id", "url", "disabled")
	style := c.integer(b, p, "style", 1, 5, true)
	label := c.str(b, p, "label", 0, maxLabel, false)
	if label == "" && b["emoji"] == nil {
		c.add(p, "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji.")
	}
	if style == 5 {
		if b["custom_id"] != nil {
			c.add(p+".custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A link button has no custom id.")
		}
		if c.str(b, p, "url", 1, 512, true) != "" {
			c.link(b, p, "url", nil)
		}
		return
	}
	if b["url"] != nil {
		c.add(p+".url", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Only a link button has a URL.")
	}
	c.customID(b, p, seen)
}
