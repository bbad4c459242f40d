package discordtest

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// The world as New makes it: two guilds, of which the first has the people of
// most tests, and Options.Guilds more.
const (
	BotID     = "100000000000000001" // the bot's user
	AppID     = "100000000000000002" // its application
	BotRoleID = "100000000000000003" // its own role in the guild
	GuildID   = "200000000000000001"
	OwnerID   = "300000000000000001" // owns the guild
	ManagerID = "300000000000000002" // has a role with Manage Server
	MemberID  = "300000000000000003" // has no rights
	OtherBot  = "300000000000000004" // another bot
	RoleID    = "400000000000000001" // ManagerID's role
	General   = "500000000000000001"
	Desk      = "500000000000000002"

	Guild2ID  = "200000000000000002"
	Owner2ID  = "300000000000000005"
	Member2ID = "300000000000000006"
	General2  = "500000000000000003"
)

// Permission bits: https://docs.discord.com/developers/topics/permissions
const (
	permAdministrator = 1 << 3
	permManageGuild   = 1 << 5
	permView          = 1 << 10
	permSend          = 1 << 11
	permHistory       = 1 << 16
)

type user struct {
	ID     string `json:"id"`
	Name   string `json:"username"`
	Bot    bool   `json:"bot,omitempty"`
	locale string
}

type role struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Permissions string            `json:"permissions"`
	Managed     bool              `json:"managed,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
}

type guild struct {
	id, owner, name string
	locale          string
	roles           []role
	members         map[string][]string // user → roles
	channels        []string            // threads among them
}

// Channel types: https://docs.discord.com/developers/resources/channel
const (
	chanText   = 0
	chanDM     = 1
	chanThread = 11
	chanForum  = 15
)

type channel struct {
	id, guild, dm string // dm is the person on the other side
	typ           int
	name, parent  string
	archived      time.Time  // of a thread; zero while it is active
	messages      []*Message // by ID
	byID          map[string]*Message
	gone          map[string]bool // the IDs of what was deleted
	newest        string          // the ID of the last one that was deleted when it was the last
	replies       int             // complete messages of the bot
	denied        int             // an error code to answer with, or 0
	noHistory     bool            // the bot may not read what was written
}

type world struct {
	users    map[string]*user
	guilds   map[string]*guild
	order    []string // of the guilds
	channels map[string]*channel
	dms      map[string]*channel
	hooks    map[string]string // channel and name → webhook
	nonces   map[string]*Message
	inters   map[string]*Interaction
	tokens   map[string]*Interaction
	lastID   int64
	sent     int
}

func (w *world) init(more int) {
	w.users, w.guilds, w.channels = map[string]*user{}, map[string]*guild{}, map[string]*channel{}
	w.dms, w.hooks, w.nonces = map[string]*channel{}, map[string]string{}, map[string]*Message{}
	w.inters, w.tokens = map[string]*Interaction{}, map[string]*Interaction{}
	for _, id := range []string{BotID, OtherBot} {
		w.person(id).Bot = true
	}
	w.users[BotID].Name = "sitrep"
	w.newGuild(GuildID, OwnerID, BotRoleID, MemberID, OtherBot)
	g := w.guilds[GuildID]
	g.roles = append(g.roles, role{ID: RoleID, Name: "desk", Permissions: strconv.Itoa(permManageGuild)})
	g.members[ManagerID] = []string{RoleID}
	w.person(ManagerID)
	w.newChannel(General, GuildID, chanText)
	w.newChannel(Desk, GuildID, chanText)
	w.newGuild(Guild2ID, Owner2ID, "100000000000000004", Member2ID)
	w.newChannel(General2, Guild2ID, chanText)
	for i := range more {
		// The shard of a guild is (id >> 22) % count: one step there from each to the next.
		n := int64(210000000000000000) + int64(i)<<22
		id := strconv.FormatInt(n, 10)
		w.newGuild(id, OwnerID, strconv.FormatInt(n+1, 10), MemberID)
		w.newChannel(strconv.FormatInt(n+2, 10), id, chanText)
	}
}

func (w *world) person(id string) *user {
	u := w.users[id]
	if u == nil {
		u = &user{ID: id, Name: "user" + id, locale: "en-US"}
		w.users[id] = u
	}
	return u
}

func (w *world) newGuild(id, owner, botRole string, members ...string) {
	g := &guild{id: id, owner: owner, name: "Test guild", locale: "en-US", members: map[string][]string{owner: {}, BotID: {botRole}},
		roles: []role{
			{ID: id, Name: "@everyone", Permissions: strconv.Itoa(permView | permSend | permHistory)},
			{ID: botRole, Name: "sitrep", Permissions: strconv.Itoa(permSend), Managed: true, Tags: map[string]string{"bot_id": BotID}},
		}}
	w.person(owner)
	for _, m := range members {
		w.person(m)
		g.members[m] = []string{}
	}
	w.guilds[id] = g
	w.order = append(w.order, id)
}

func (w *world) newChannel(id, guild string, typ int) *channel {
	c := &channel{id: id, guild: guild, typ: typ, name: "channel-" + id, byID: map[string]*Message{}, gone: map[string]bool{}}
	w.channels[id] = c
	if g := w.guilds[guild]; g != nil {
		g.channels = append(g.channels, id)
	}
	return c
}

// epoch is the first millisecond of Discord's snowflakes, 2015-01-01.
const epoch = 1420070400000

// snowflake is a new ID that carries the present time, greater than any before.
func (w *world) snowflake() string {
	id := (time.Now().UnixMilli() - epoch) << 22
	if id <= w.lastID {
		id = w.lastID + 1
	}
	w.lastID = id
	return strconv.FormatInt(id, 10)
}

// number is the value of a snowflake, 0 of anything else.
func number(id string) uint64 {
	n, _ := strconv.ParseUint(id, 10, 64)
	return n
}

// dmWith is the direct channel with a person, made at the first use.
func (w *world) dmWith(user string) *channel {
	if c := w.dms[user]; c != nil {
		return c
	}
	c := w.newChannel(w.snowflake(), "", chanDM)
	c.dm = user
	w.dms[user] = c
	return c
}

// at is the index of the first message whose ID is n or greater.
func (c *channel) at(n uint64) int {
	i, _ := slices.BinarySearchFunc(c.messages, n, func(m *Message, n uint64) int { return cmp.Compare(m.n, n) })
	return i
}

// keep stores a message among those of the channel.
func (c *channel) keep(m *Message) {
	m.n = number(m.ID)
	c.byID[m.ID] = m
	if k := len(c.messages); k == 0 || c.messages[k-1].n < m.n {
		c.messages = append(c.messages, m)
		return
	}
	c.messages = slices.Insert(c.messages, c.at(m.n), m)
}

func (c *channel) drop(m *Message) {
	i := c.at(m.n)
	if i == len(c.messages)-1 && number(c.newest) < m.n {
		c.newest = m.ID
	}
	c.gone[m.ID] = true
	c.messages = slices.Delete(c.messages, i, i+1)
	delete(c.byID, m.ID)
	if m.Author == BotID && !m.Loading {
		c.replies--
	}
}

// last is the ID of the last message. Discord goes on telling it when that message was
// deleted: https://docs.discord.com/developers/resources/channel#channel-object
func (c *channel) last() any {
	if k := len(c.messages); k > 0 && c.messages[k-1].n > number(c.newest) {
		return c.messages[k-1].ID
	}
	if c.newest != "" {
		return c.newest
	}
	return nil
}

// permissions are a person's in a guild.
func (g *guild) permissions(user string) int {
	p := 0
	for _, r := range g.roles {
		if r.ID == g.id || slices.Contains(g.members[user], r.ID) {
			n, _ := strconv.Atoi(r.Permissions)
			p |= n
		}
	}
	if user == g.owner {
		p |= permAdministrator
	}
	return p
}

func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own values always marshal
	}
	return b
}
