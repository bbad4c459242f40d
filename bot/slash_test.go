package bot

import (
	"strings"
	"testing"
	"time"

	"sitrep/bot/discordtest"
	"sitrep/commands"
)

func TestSchema(t *testing.T) {
	b := &Bot{asker: &desk{}, words: tongues}
	list, left := b.schema(append([]*commands.Command{{Name: "Bad Name"}, {Name: "deep", Sub: []*commands.Command{{Name: "a", Sub: []*commands.Command{{Name: "b", Sub: []*commands.Command{{Name: "c"}}}}}}}}, table...))
	if len(left) != 2 || len(list) != len(table) {
		t.Fatalf("%d commands, left out %v", len(list), left)
	}
	status := list[0]
	if o := status.Options; o[0].Name != "topic" || !o[0].Required || !o[0].Autocomplete || o[1].Name != "since" || o[1].Required {
		t.Errorf("%+v", status.Options)
	}
	if status.Names["ar"] != tongues.In("ar").Word("status") || len(status.Names) != 1 {
		t.Errorf("%+v", status.Names)
	}
	if status.Permissions != nil || list[3].Permissions != nil || list[4].Permissions == nil || *list[4].Permissions != "32" {
		t.Error("permissions")
	}
	if add := list[3].Options[1]; add.Type != optionSub || add.Options[0].Name != "line" || add.Options[1].Type != optionChannel {
		t.Errorf("%+v", add)
	}
	other, _ := b.schema(table)
	if fingerprint(list) != fingerprint(other) {
		t.Error("fingerprints differ")
	}
	other[0].Names = map[string]string{"ar": "آخر"}
	if fingerprint(list) == fingerprint(other) {
		t.Error("a change of another language is not seen")
	}
	twins := []slashCommand{{Name: "a", Names: map[string]string{"ar": "س"}}, {Name: "b", Names: map[string]string{"ar": "س"}}}
	if distinct(twins, func(s *slashCommand) map[string]string { return s.Names }); twins[0].Names["ar"] != "س" || len(twins[1].Names) != 0 {
		t.Errorf("%+v", twins)
	}
}

// TestCommandsWrittenOnce: what Discord has already, in all languages, is not written again.
func TestCommandsWrittenOnce(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	list, err := r.WaitCommands(r.ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	menus, local := 0, 0
	for _, c := range list {
		if c["type"] != nil && strings.Contains(c["name"].(string), " ") {
			menus++
		}
		if c["name_localizations"] != nil {
			local++
		}
	}
	if menus != 2 || local < 3 {
		t.Errorf("%d menu entries, %d commands in other languages: %v", menus, local, list)
	}
	r.Forget() // the next session is new, and finds the commands as they are
	r.Drop()
	if err := r.WaitIdentifies(r.ctx, 2); err != nil {
		t.Fatal(err)
	}
	for gets := 0; gets < 2; time.Sleep(10 * time.Millisecond) {
		gets = 0
		for _, c := range r.Calls() {
			if strings.HasSuffix(c.Path, "/commands") && c.Method == "GET" {
				gets++
			}
		}
		if r.ctx.Err() != nil {
			t.Fatal("the commands are not looked at again")
		}
	}
	r.Say(discordtest.General, discordtest.MemberID, "!status badia")
	r.replies(discordtest.General, 1)
	for _, c := range r.Calls() {
		if strings.HasSuffix(c.Path, "/commands") && c.Method == "PUT" {
			menus--
		}
	}
	if menus != 1 {
		t.Error("commands were registered more than once")
	}
}
