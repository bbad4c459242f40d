package bot

import (
	"context"
	"testing"

	"sitrep/bot/discordtest"
	"sitrep/commands"
)

// TestRealTable: Discord takes the slash commands of the real command table.
func TestRealTable(t *testing.T) {
	engine, err := commands.New(commands.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := discordtest.Start(t, discordtest.Options{})
	b, err := New(Options{Token: s.Token(), APIURL: s.URL(), Asker: engine})
	if err != nil {
		t.Fatal(err)
	}
	table := engine.Commands()
	want, left := b.schema(table)
	if len(left) > 0 || len(want) != len(table) {
		t.Errorf("left out: %v", left)
	}
	want = b.wanted()
	t.Cleanup(b.Close)
	ctx, cancel := context.WithTimeout(t.Context(), hangs)
	defer cancel()
	path := "/applications/" + discordtest.AppID + "/commands"
	if _, err := b.do(ctx, request{method: "PUT", path: path, body: want}); err != nil {
		t.Error(err)
	}
	var have []slashCommand
	if err := b.get(ctx, path+"?with_localizations=true", &have); err != nil || fingerprint(have) != fingerprint(want) {
		t.Errorf("Discord gives back other commands than it got: %v", err)
	}
}
