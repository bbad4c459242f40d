package discordtest

import (
	"encoding/json"
	"fmt"
	"strings"
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
)

// place is where a message is sent to; each takes other keys and flags.
type place int

const (
	inChannel place = iota // POST /channels/…/messages
	inEdit                 // an edit, of whatever message
	inAnswer               // an answer to an interaction, the first or a later one
	inDefer                // an answer that is to come: nothing but flags
)

var placeKeys = map[place][]string{
	inChannel: {"content", "embeds", "allowed_mentions", "components", "attachments", "flags", "tts", "nonce", "enforce_nonce", "message_reference", "sticker_ids"},
	inEdit:    {"content", "embeds", "allowed_mentions", "components", "attachments", "flags"},
	inAnswer:  {"content", "embeds", "allowed_mentions", "components", "attachments", "flags", "tts"},
	inDefer:   {"flags"},
}

// placeFlags are the flags that may be set:
// https://docs.discord.com/developers/resources/message#message-object-message-flags
var placeFlags = map[place]int64{
	inChannel: flagSuppressEmbeds | flagSilent | flagComponentsV2,
	inEdit:    flagSuppressEmbeds | flagComponentsV2,
	inAnswer:  flagSuppressEmbeds | flagSilent | flagComponentsV2 | flagEphemeral,
	inDefer:   flagEphemeral,
}

// checkMessage checks a body that creates or changes a message, and gives its files.
func (s *Server) checkMessage(r *request, body map[string]any, path string, to place) ([]File, *problem) {
	c := &check{}
	if !s.o.Lax {
		c.keys(body, path, placeKeys[to]...)
		s.houseRules(c, body, path, to)
	}
	flags := c.integer(body, path, "flags", 0, 1<<20, false)
	if flags&^placeFlags[to] != 0 {
		c.add(path+".flags", "HOUSE_FLAGS", "Flags %d may not be set here, only %d.", flags, placeFlags[to])
	}
	content := c.str(body, path, "content", 0, maxContent, false)
	files := c.files(r, body, path)
	names := []string{}
	for _, f := range files {
		names = append(names, f.Name)
	}
	embeds := c.embeds(body, path, names)
	parts := c.components(body, path, flags&flagComponentsV2 != 0)
	c.nonce(body, path)
	c.mentions(body, path)
	c.list(body, path, "sticker_ids", 0, 0)
	if len(c.issues) > 0 {
		return nil, invalidForm(c.issues)
	}
	if (to == inChannel || to == inAnswer) && strings.TrimSpace(content) == "" && embeds+parts+len(files) == 0 && !isForward(body) {
		return nil, errEmpty
	}
	return files, nil
}

func (c *check) nonce(body map[string]any, path string) {
	switch v := body["nonce"].(type) {
	case nil:
		if body["enforce_nonce"] == true {
			c.add(path+".nonce", "BASE_TYPE_REQUIRED", "This field is required")
		}
	case string:
		c.str(body, path, "nonce", 0, maxNonce, false)
	case json.Number:
	default:
		c.add(path+".nonce", "STRING_TYPE_CONVERT", "Could not interpret \"%v\" as string.", v)
	}
}

// houseRules are ours: nothing goes out that could ping, and nothing that could
// be posted twice by a retry.
func (s *Server) houseRules(c *check, body map[string]any, path string, to place) {
	if to == inDefer {
		return
	}
	am, ok := body["allowed_mentions"].(map[string]any)
	if list, isList := am["parse"].([]any); !ok || !isList || len(list) > 0 {
		c.add(path+".allowed_mentions", "HOUSE_MENTIONS", "Must be {\"parse\": []}.")
	}
	if am["replied_user"] == true {
		c.add(path+".allowed_mentions.replied_user", "HOUSE_MENTIONS", "A reply must not ping.")
	}
	if to != inChannel {
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
