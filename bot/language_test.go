package bot

import (
	"log/slog"
	"strings"
	"testing"

	"sitrep/commands"
)

// What the door says of its own accord is in the guild's language, then the
// person's, then the operator's; what the local channel has chosen, which has the
// empty guild, holds in no direct message.
func TestOwnLanguage(t *testing.T) {
	d := &desk{settings: func(guild string) (s commands.Settings) {
		switch guild {
		case "":
			return commands.Settings{Language: "ar", Prefix: "?"}
		case "1":
			return commands.Settings{Language: "ar"}
		}
		return s
	}}
	b, err := New(Options{Token: "a.b.c", Asker: d, Language: "en", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	arabic, err := New(Options{Token: "a.b.c", Asker: d, Language: "ar"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		b                   *Bot
		guild, locale, want string
	}{
		{b, "1", "en-US", "ar"}, {b, "2", "", "en"}, {b, "2", "ar", "ar"}, {b, "", "", "en"}, {b, "", "en-GB", "en-GB"}, {b, "", "de", "en"},
		{arabic, "2", "", "ar"}, {arabic, "2", "de", "ar"}, {arabic, "2", "en-US", "en-US"}, {arabic, "", "", "ar"},
	} {
		if got := c.b.language(c.guild, c.locale); got != c.want {
			t.Errorf("guild %q, locale %q: %q, want %q", c.guild, c.locale, got, c.want)
		}
	}
	if words := arabic.floodWords("2", "", 5e9); !strings.Contains(words, "أسرع") {
		t.Errorf("the operator's language does not hold: %s", words)
	}
	if line, way := b.line(wireMessage{wireSaid: wireSaid{Content: "!status badia"}}); line != "status badia" || way == "" {
		t.Errorf("a direct message has the local channel's prefix: %q, %q", line, way)
	}
}
