package bot

import (
	"strconv"
	"testing"

	"sitrep/bot/discordtest"
)

func TestPermitted(t *testing.T) {
	bit := func(n uint64) string { return strconv.FormatUint(n, 10) }
	const view = permViewChannel | permReadHistory
	hide, show := overwrite{ID: "1", Allow: "0", Deny: bit(permViewChannel)}, overwrite{ID: "20", Allow: bit(permViewChannel), Deny: "0"}
	barred := overwrite{ID: "7", Allow: "0", Deny: bit(permReadHistory)}
	for _, c := range []struct {
		name  string
		base  uint64
		roles []string
		over  []overwrite
		want  bool
	}{
		{"by the roles alone", view, nil, nil, true},
		{"one of two", permViewChannel, nil, nil, false},
		{"hidden from everyone", view, nil, []overwrite{hide}, false},
		{"shown to a role", view, []string{"20"}, []overwrite{show, hide}, true},
		{"shown to another role", view, []string{"21"}, []overwrite{hide, show}, false},
		{"barred by name", view, []string{"20"}, []overwrite{barred, show}, false},
		{"an administrator", permAdministrator, nil, []overwrite{hide, barred}, true},
	} {
		if got := permitted(c.base, wirePlace{Guild: "1", Overwrites: c.over}, "7", c.roles, view); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// Who may read a channel is asked of Discord; what it does not tell is a no.
func TestSees(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	r.forgive = true
	thread := r.AddThread(discordtest.General)
	for _, c := range []struct {
		channel, user string
		want          bool
	}{
		{discordtest.General, discordtest.MemberID, true}, {thread, discordtest.MemberID, true},
		{"599999999999999999", discordtest.MemberID, false}, {"general", discordtest.MemberID, false}, {discordtest.General, "", false},
	} {
		if got := r.bot.Sees(r.ctx, c.channel, c.user, nil); got != c.want {
			t.Errorf("%s sees %s: %t", c.user, c.channel, got)
		}
	}
}
