package bot

import (
	"encoding/json"
	"slices"
	"sync"

	"github.com/bwmarrin/discordgo"
)

// Channel types: https://docs.discord.com/developers/resources/channel#channel-object-channel-types
const (
	channelAnnouncementThread = 10
	channelPublicThread       = 11
	channelPrivateThread      = 12
	channelForum              = 15
	channelMedia              = 16
)

// wirePlace is a channel or thread, as far as the harvester reads it.
type wirePlace struct {
	ID         string      `json:"id"`
	Type       int         `json:"type"`
	Guild      string      `json:"guild_id"`
	Name       string      `json:"name"`
	Parent     string      `json:"parent_id"`
	Last       string      `json:"last_message_id"`
	Overwrites []overwrite `json:"permission_overwrites"`
	Thread     struct {
		Archived bool   `json:"archived"`
		Locked   bool   `json:"locked"`
		At       string `json:"archive_timestamp"`
	} `json:"thread_metadata"`
}

// thread says that the place hangs on a channel; a channel's parent is a mere heading.
func (c wirePlace) thread() bool {
	return c.Type == channelAnnouncementThread || c.Type == channelPublicThread || c.Type == channelPrivateThread
}

// silent says that there are no messages but in threads.
func (c wirePlace) silent() bool { return c.Type == channelForum || c.Type == channelMedia }

// tree is which channel each thread hangs on, by guild; for a channel that is empty.
type tree struct {
	mu sync.Mutex
	by map[string]map[string]string
}

// maxPlacesEach bounds what is remembered of a guild: 500 channels and 1,000 active
// threads are the most that Discord allows, and archived ones are read now and then.
const maxPlacesEach = 10000

func (t *tree) put(guild string, list ...wirePlace) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by == nil {
		t.by = map[string]map[string]string{}
	}
	places := t.by[guild]
	if places == nil || len(places)+len(list) > maxPlacesEach {
		places = map[string]string{} // what is asked for is looked up again
		t.by[guild] = places
	}
	for _, c := range list {
		places[c.ID] = ""
		if c.thread() {
			places[c.ID] = c.Parent
		}
	}
}

// parent is the channel that a thread hangs on, empty for a channel; known is false
// where nothing has told of it.
func (t *tree) parent(guild, channel string) (parent string, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	parent, known = t.by[guild][channel]
	return parent, known
}

// threads are those of a channel.
func (t *tree) threads(guild, channel string) (out []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, parent := range t.by[guild] {
		if parent == channel {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func (t *tree) drop(guild, channel string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if channel == "" {
		delete(t.by, guild)
		return
	}
	delete(t.by[guild], channel)
}

// onHarvestEvent is what the harvester takes from the gateway. It runs between two
// reads of it, so it only takes notes.
func (b *Bot) onHarvestEvent(e *discordgo.Event) {
	h := b.harvest
	if h == nil {
		return
	}
	switch e.Type {
	case "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK":
		h.onPost(e)
	case "GUILD_CREATE", "GUILD_DELETE":
		h.onGuild(e)
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE":
		var c wirePlace
		if decode(e, &c) && c.Guild != "" {
			h.onPlace(c)
		}
	case "THREAD_LIST_SYNC":
		var l struct {
			Guild   string      `json:"guild_id"`
			Threads []wirePlace `json:"threads"`
		}
		if decode(e, &l) {
			for _, c := range l.Threads {
				c.Guild = l.Guild
				h.onPlace(c)
			}
		}
	case "CHANNEL_DELETE", "THREAD_DELETE":
		var c wirePlace
		if decode(e, &c) && c.Guild != "" {
			h.onPlaceGone(c)
		}
	case "GUILD_ROLE_UPDATE":
		var r struct {
			Guild string `json:"guild_id"`
		}
		if decode(e, &r) {
			h.nudge(h.feeds(r.Guild)...)
		}
	}
}

// onGuild learns a guild's channels; its sources are read from where they were left,
// since a GUILD_CREATE opens each session and ends each outage.
func (h *harvester) onGuild(e *discordgo.Event) {
	var g struct {
		ID          string      `json:"id"`
		Unavailable bool        `json:"unavailable"`
		Channels    []wirePlace `json:"channels"`
		Threads     []wirePlace `json:"threads"`
	}
	if !decode(e, &g) || g.ID == "" || g.Unavailable {
		return
	}
	here := e.Type == "GUILD_CREATE"
	h.tree.drop(g.ID, "")
	if here {
		h.tree.put(g.ID, slices.Concat(g.Channels, g.Threads)...)
	}
	h.mu.Lock()
	h.guilds[g.ID] = here
	if !here {
		delete(h.guilds, g.ID)
	}
	h.mu.Unlock()
	for _, f := range h.feeds(g.ID) {
		f.box.put(func(i *inbox) {
			if i.there, i.retry = here, true; here {
				i.all = true
			} else {
				i.gone = errLeft
			}
		})
	}
}

// readOn has the sources of some guilds read from where they were left: a session has
// begun that names no guilds, and may tell of none.
func (h *harvester) readOn(of func(guild string) bool) {
	if h == nil {
		return
	}
	for _, f := range h.feeds("") {
		if of(f.guild) {
			f.box.put(func(i *inbox) { i.all, i.retry = true, true })
		}
	}
}

// onPlace learns a channel or thread. A change of it may be what a failing source
// waits for: another permission.
func (h *harvester) onPlace(c wirePlace) {
	_, known := h.tree.parent(c.Guild, c.ID)
	h.tree.put(c.Guild, c)
	f, _ := h.feedOf(c.Guild, c.ID)
	switch {
	case f == nil:
	case c.thread() && !known && f.channel != c.ID:
		f.box.put(func(i *inbox) { i.again[c.ID] = true }) // what is in it is read
	case f.channel == c.ID:
		h.nudge(f)
	}
}

func (h *harvester) onPlaceGone(c wirePlace) {
	f, _ := h.feedOf(c.Guild, c.ID)
	h.tree.drop(c.Guild, c.ID)
	if f == nil {
		return
	}
	if f.channel == c.ID {
		f.box.put(func(i *inbox) { i.gone = errDeleted })
		return
	}
	f.box.push(post{kind: postThreadGone, m: wireMessage{Channel: c.ID, Guild: c.Guild}})
}

// nudge makes feeds that fail try again at once.
func (h *harvester) nudge(feeds ...*feed) {
	for _, f := range feeds {
		f.box.put(func(i *inbox) { i.retry = true })
	}
}

// onPost hands a message, or what became of it, to its source.
func (h *harvester) onPost(e *discordgo.Event) {
	var m struct {
		wireMessage
		IDs []string `json:"ids"`
	}
	if !decode(e, &m) || m.Guild == "" || m.Channel == "" {
		return
	}
	f, known := h.feedOf(m.Guild, m.Channel)
	if !known && e.Type != "MESSAGE_DELETE" && e.Type != "MESSAGE_DELETE_BULK" {
		h.find(m.Guild, m.Channel)
	}
	if f == nil {
		return
	}
	switch e.Type {
	case "MESSAGE_CREATE":
		f.box.push(post{kind: postNew, m: m.wireMessage})
	case "MESSAGE_UPDATE":
		p := post{kind: postChanged, m: m.wireMessage}
		if !whole(e.RawData) {
			p = post{kind: postPartly, m: wireMessage{ID: m.ID, Channel: m.Channel, Guild: m.Guild}}
		}
		f.box.push(p)
	case "MESSAGE_DELETE":
		m.IDs = []string{m.ID}
		fallthrough
	case "MESSAGE_DELETE_BULK":
		for _, id := range m.IDs {
			f.box.push(post{kind: postGone, m: wireMessage{ID: id, Channel: m.Channel, Guild: m.Guild}})
		}
	}
}

// whole says that an update tells the whole message: some tell only what changed,
// such as the previews of links.
func whole(data json.RawMessage) bool {
	var has map[string]json.RawMessage
	if json.Unmarshal(data, &has) != nil {
		return false
	}
	for _, key := range []string{"author", "content", "embeds", "attachments", "type"} {
		if has[key] == nil {
			return false
		}
	}
	return true
}
