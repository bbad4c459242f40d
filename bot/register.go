package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"sitrep/lang"
)

// foreign are the languages besides English, in which Discord shows what it is given
// to everyone whose language it does not have.
func (b *Bot) foreign() (out []*lang.Printer) {
	for _, code := range b.words.Languages() {
		if code != lang.English {
			out = append(out, b.words.In(code))
		}
	}
	return out
}

// localNames are a name in other languages, by Discord's codes, where the language has
// a word that can be one.
func (b *Bot) localNames(name string) map[string]string {
	return b.local(func(p *lang.Printer) string {
		if word := strings.ToLower(p.Word(name)); word != name && slashName.MatchString(word) {
			return word
		}
		return ""
	})
}

// localSummaries are a description in other languages.
func (b *Bot) localSummaries(text string) map[string]string {
	return b.local(func(p *lang.Printer) string {
		if said := p.Say(text); said != text {
			return summary(dropIsolates(said), "")
		}
		return ""
	})
}

func (b *Bot) local(say func(*lang.Printer) string) (out map[string]string) {
	for _, p := range b.foreign() {
		s := say(p)
		for _, code := range p.DiscordLocales() {
			if s != "" {
				if out == nil {
					out = map[string]string{}
				}
				out[code] = s
			}
		}
	}
	return out
}

// distinct takes those local names away that stand for a second thing beside another:
// Discord would refuse them all.
func distinct[T any](list []T, names func(*T) map[string]string) {
	seen := map[string]bool{}
	for i := range list {
		for code, name := range names(&list[i]) {
			if seen[code+" "+name] {
				delete(names(&list[i]), code)
			}
			seen[code+" "+name] = true
		}
	}
}

// size is the text of a command as Discord counts it: of each name and description the
// longest form.
func (s slashCommand) size() int {
	return longest(s.Name, s.Names) + longest(s.Description, s.Descriptions) + optionSize(s.Options)
}

func optionSize(options []slashOption) (n int) {
	for _, o := range options {
		n += longest(o.Name, o.Names) + longest(o.Description, o.Descriptions) + optionSize(o.Options)
	}
	return n
}

func longest(s string, local map[string]string) int {
	n := units(s)
	for _, l := range local {
		n = max(n, units(l))
	}
	return n
}

// fingerprint is equal for equal commands, whatever their order.
func fingerprint(list []slashCommand) string {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b slashCommand) int {
		if a.Type != b.Type {
			return a.Type - b.Type
		}
		return strings.Compare(a.Name, b.Name)
	})
	for i := range list {
		list[i].Contexts = slices.Sorted(slices.Values(list[i].Contexts))
	}
	b, _ := json.Marshal(list) // which sorts the languages
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// wanted are all commands that we register: slash commands, and the entries of the
// menu on a message.
func (b *Bot) wanted() []slashCommand {
	want, left := b.schema(b.asker.Commands())
	if len(left) > 0 {
		b.log.Error("discord: these commands do not fit Discord's limits: they work by prefix and mention only", "commands", left)
	}
	for _, m := range b.menus() {
		s := slashCommand{Name: m.name, Type: commandMessage, Contexts: []int{0}}
		s.Names = b.local(func(p *lang.Printer) string {
			if said := p.Say(m.name); said != m.name && units(said) <= maxSlashName {
				return said
			}
			return ""
		})
		want = append(want, s)
	}
	return want
}

// register makes Discord's commands ours, if they are not already: it allows
// 200 creations a day, and clients reload changed commands.
func (b *Bot) register(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	want := b.wanted()
	path := "/applications/" + b.self.Load().application + "/commands"
	var have []slashCommand
	// Without being asked Discord leaves the other languages out.
	if err := b.get(ctx, path+"?with_localizations=true", &have); err != nil {
		b.log.Warn("discord: slash commands cannot be read", "error", errText(b.redact, err))
		return
	}
	if fingerprint(have) == fingerprint(want) {
		return
	}
	if want == nil {
		want = []slashCommand{}
	}
	if _, err := b.do(ctx, request{method: http.MethodPut, path: path, body: want}); err != nil {
		b.log.Error("discord: slash commands could not be registered", "error", errText(b.redact, err))
		return
	}
	b.log.Info("discord: slash commands registered", "commands", len(want))
}
