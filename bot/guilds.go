package bot

import (
	"slices"
	"strconv"
	"sync"
	"time"
)

// Permission bits: https://docs.discord.com/developers/topics/permissions
const (
	permAdministrator = 1 << 3
	permManageGuild   = 1 << 5
)

func manages(bits uint64) bool { return bits&(permAdministrator|permManageGuild) != 0 }

func permissionBits(s string) uint64 {
	n, _ := strconv.ParseUint(s, 10, 64)
	return n
}

// guildInfo is what is needed of a guild: who may manage it, and the bot's own role.
type guildInfo struct {
	owner string
	roles map[string]uint64
	own   string            // the role that a person may pick in place of the bot
	names map[string]string // of roles ("&" and the ID) and channels ("#" and the ID)
}

type guilds struct {
	mu sync.Mutex
	by map[string]*guildInfo
}

// wireGuild is the part of a guild that we read.
type wireGuild struct {
	ID          string        `json:"id"`
	Owner       string        `json:"owner_id"`
	Unavailable bool          `json:"unavailable"`
	Joined      string        `json:"joined_at"`
	Roles       []wireRole    `json:"roles"`
	Channels    []wireChannel `json:"channels"`
	Threads     []wireChannel `json:"threads"`
}

// joined is when the bot joined the guild, or the beginning of Discord's time.
func (w *wireGuild) joined() time.Time {
	t, err := time.Parse(time.RFC3339, w.Joined)
	if err != nil {
		return time.UnixMilli(discordEpoch)
	}
	return t
}

type wireRole struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Permissions string `json:"permissions"`
	Tags        struct {
		Bot string `json:"bot_id"`
	} `json:"tags"`
}

type wireChannel struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Last string `json:"last_message_id"`
}

func (g *guilds) set(w wireGuild, self string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.by == nil {
		g.by = map[string]*guildInfo{}
	}
	info := &guildInfo{owner: w.Owner, roles: map[string]uint64{}, names: map[string]string{}}
	if old := g.by[w.ID]; old != nil { // an update does not tell the channels again
		info.names = old.names
	}
	for _, r := range w.Roles {
		info.put(r, self)
	}
	for _, c := range slices.Concat(w.Channels, w.Threads) {
		info.names["#"+c.ID] = c.Name
	}
	g.by[w.ID] = info
}

func (i *guildInfo) put(r wireRole, self string) {
	i.roles[r.ID] = permissionBits(r.Permissions)
	i.names["&"+r.ID] = r.Name
	if self != "" && r.Tags.Bot == self {
		i.own = r.ID
	}
}

func (g *guilds) setRole(guild string, r wireRole, self string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if info := g.by[guild]; info != nil {
		info.put(r, self)
	}
}

func (g *guilds) deleteRole(guild, role string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if info := g.by[guild]; info != nil {
		delete(info.roles, role)
	}
}

func (g *guilds) delete(guild string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.by, guild)
}

// manager says whether a person with these roles may manage the guild. The role
// with the guild's own ID is everyone's.
func (g *guilds) manager(guild, user string, roles []string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	info := g.by[guild]
	if info == nil {
		return false
	}
	if user != "" && info.owner == user {
		return true
	}
	return slices.ContainsFunc(append([]string{guild}, roles...), func(r string) bool { return manages(info.roles[r]) })
}

// owns says whether a person is the guild's owner, who may do everything.
func (g *guilds) owns(guild, user string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	info := g.by[guild]
	return info != nil && user != "" && info.owner == user
}

// ownRole is the bot's own role in a guild, or "".
func (g *guilds) ownRole(guild string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if info := g.by[guild]; info != nil {
		return info.own
	}
	return ""
}

// name is what a role ("&" and its ID) or a channel ("#" and its ID) of a guild is
// called, as far as the session has told; or "".
func (g *guilds) name(guild, key string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if info := g.by[guild]; info != nil {
		return info.names[key]
	}
	return ""
}
