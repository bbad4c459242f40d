package discordtest

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// The world as New makes it.
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
)

// Permission bits: https://docs.discord.com/developers/topics/permissions
const (
	permAdministrator = 1 << 3
	permManageGuild   = 1 << 5
	permSend          = 1 << 11
)

type user struct {
	ID  string `json:"id"`
	Bot bool   `json:"bot,omitempty"`
}

type role struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Permissions string            `json:"permissions"`
	Managed     bool              `json:"managed,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
}

type guild struct {
	id, owner string
	roles     []role
	members   map[string][]string // user → roles
	channels  []string
}

type channel struct {
	id, guild, dm string // dm is the person on the other side
	messages      []*Message
	denied        int // an error code to answer with, or 0
}

type world struct {
	users    map[string]*user
	guilds   map[string]*guild
	channels map[string]*channel
	nonces   map[string]*Message
	inters   map[string]*Interaction
	lastID   int64
}

func (w *world) init() {
	w.users = map[string]*user{BotID: {BotID, true}, OwnerID: {ID: OwnerID}, ManagerID: {ID: ManagerID}, MemberID: {ID: MemberID}, OtherBot: {OtherBot, true}}
	w.guilds = map[string]*guild{GuildID: {
		id: GuildID, owner: OwnerID,
		roles: []role{
			{ID: GuildID, Name: "@everyone", Permissions: strconv.Itoa(permSend)},
			{ID: RoleID, Name: "desk", Permissions: strconv.Itoa(permManageGuild)},
			{ID: BotRoleID, Name: "sitrep", Permissions: strconv.Itoa(permSend), Managed: true, Tags: map[string]string{"bot_id": BotID}},
		},
		members:  map[string][]string{OwnerID: {}, ManagerID: {RoleID}, MemberID: {}, OtherBot: {}, BotID: {BotRoleID}},
		channels: []string{General, Desk},
	}}
	w.channels = map[string]*channel{General: {id: General, guild: GuildID}, Desk: {id: Desk, guild: GuildID}}
	w.nonces = map[string]*Message{}
	w.inters = map[string]*Interaction{}
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

// dm is the direct channel with a person, made at the first use.
func (w *world) dmWith(user string) *channel {
	for _, c := range w.channels {
		if c.dm == user {
			return c
		}
	}
	c := &channel{id: w.snowflake(), dm: user}
	w.channels[c.id] = c
	return c
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

// create is the GUILD_CREATE payload.
func (w *world) create(g *guild) map[string]any {
	chans := []map[string]any{}
	for _, id := range g.channels {
		c := map[string]any{"id": id, "type": 0, "name": "channel-" + id, "last_message_id": nil}
		if all := w.channels[id].messages; len(all) > 0 {
			c["last_message_id"] = all[len(all)-1].ID
		}
		chans = append(chans, c)
	}
	return map[string]any{"id": g.id, "name": "Test guild", "owner_id": g.owner, "roles": g.roles, "channels": chans,
		"members": []any{}, "member_count": len(g.members), "large": false, "unavailable": false}
}

// DM is the ID of the direct channel with a person.
func (s *Server) DM(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dmWith(user).id
}

// AddChannel adds a text channel to the guild and returns its ID. It is not announced.
func (s *Server) AddChannel() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &channel{id: s.snowflake(), guild: GuildID}
	s.channels[c.id] = c
	g := s.guilds[GuildID]
	g.channels = append(g.channels, c.id)
	return c.id
}

// Deny makes a channel answer with 403 and this code (50001 no access, 50013 no
// permission); 0 lifts it, 10003 makes the channel unknown (404).
func (s *Server) Deny(channel string, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[channel].denied = code
}

// SetRoles gives a member other roles, silently: the bot learns them with the next message.
func (s *Server) SetRoles(user string, roles ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guilds[GuildID].members[user] = roles
}

// SetPermissions changes what the desk role may do, and announces it.
func (s *Server) SetPermissions(bits int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[GuildID]
	for i := range g.roles {
		if g.roles[i].ID == RoleID {
			g.roles[i].Permissions = strconv.Itoa(bits)
			s.dispatch("GUILD_ROLE_UPDATE", intentGuilds, map[string]any{"guild_id": g.id, "role": g.roles[i]}, nil)
		}
	}
}

func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own values always marshal
	}
	return b
}
