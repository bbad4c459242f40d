package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/news"
)

// Two guilds, each with dispatches, sources, schedules and settings of its own that
// carry a mark; both tell of the same places, in the same words. No question of one
// guild, whatever it is and however it is put, is answered with anything of the other.
func TestIsolation(t *testing.T) {
	const first, second = "100000000000000001", "100000000000000002"
	marks := map[string]string{first: "zqfirst", second: "zqsecond"}
	var ds []news.Dispatch
	ids := map[string][]string{}
	r := rand.New(rand.NewPCG(3, 1))
	places := []string{"Badia", "Hajin", "Raqqa", "Palmyra", "Deir ez-Zor", "البادية", "Mayadin", "Baghuz"}
	for i := range 240 {
		guild := []string{first, second, ""}[i%3]
		place := places[r.IntN(len(places))]
		d := told(fmt.Sprint(i), "Common Desk", noon.Add(-time.Duration(r.IntN(900))*time.Hour).Format(time.RFC3339),
			fmt.Sprintf("Fighters of the SDF moved towards %s. A convoy of aid was seen near the bridge, number %d.", place, i))
		if guild != "" {
			d.Scope = news.GuildScope(guild)
			d.Source = marks[guild] + " Desk"
			d.Title = fmt.Sprintf("%s reports from %s", marks[guild], place)
			d.Body += fmt.Sprintf(" It is said to be %s%d.", marks[guild], i)
			d.URL = fmt.Sprintf("https://%s.example/%d", marks[guild], i)
			ids[guild] = append(ids[guild], string(d.Origin.ID()))
		}
		ds = append(ds, d)
	}
	a := house(t, "UTC", ds...)
	ask := func(guild, line string) commands.Reply {
		return a.engine.Do(t.Context(), commands.Request{Line: line, Door: "discord", Guild: guild, Channel: "c" + guild, User: "u" + guild, Manager: true, Now: noon, Scopes: guildScopes(guild)})
	}
	for guild, mark := range marks {
		for _, line := range []string{
			"schedule add " + mark + ` "0 7 * * *" UTC brief 24h about ` + mark,
			"settings prefix ?", "settings zone Asia/Damascus",
			"file source:" + mark + " " + mark + " says that the bridge of Hajin is closed.",
			"mark " + ids[guild][0] + " disputed " + mark + " doubts it", "retract " + ids[guild][1] + " " + mark + " was wrong",
		} {
			if reply := ask(guild, line); reply.Error != nil {
				t.Fatalf("%s: %s", line, reply.Error.Message)
			}
		}
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	q := &asker{r: r, ids: ids, places: places}
	total, quoted := 0, 0
	for _, c := range leaves(nil, a.engine.Commands()) {
		for range 167 { // three askers: 501 of every command
			for _, guild := range []string{first, second, ""} {
				q.marks = []string{marks[first], marks[second]}
				if c.command.Manage || c.command.Files { // what a guild files itself it may see
					q.marks = []string{cmp.Or(marks[guild], "nobody")}
				}
				line := q.line(c)
				reply := ask(guild, line)
				total++
				quoted += len(reply.Items)
				what := mustJSON(t, reply)
				for _, choice := range a.engine.Complete(t.Context(), commands.Request{Line: line[:r.IntN(len(line)+1)], Door: "discord", Guild: guild, Scopes: guildScopes(guild), Now: noon}, 25) {
					what += mustJSON(t, choice)
				}
				for _, arg := range c.command.Args {
					for _, choice := range a.engine.CompleteArg(t.Context(), commands.Request{Door: "discord", Guild: guild, Scopes: guildScopes(guild), Now: noon}, c.path, arg.Name, q.pick("", "zq", "zqs", "z", "Desk"), 25) {
						what += choice.Label + choice.Value
					}
				}
				for other, mark := range marks {
					if other != guild && strings.Contains(strings.ReplaceAll(what, line, ""), mark) && !strings.Contains(line, mark) {
						t.Fatalf("guild %q asked %q and saw what is %s's: %s", guild, line, mark, what)
					}
				}
				leaked(t, guild, line, reply, marks, ids)
			}
		}
	}
	if total < 500 || quoted < 500 {
		t.Errorf("only %d questions, %d items: the test asks too little", total, quoted)
	}
	t.Logf("%d questions, %d items", total, quoted)
}

// leaked looks at what a reply says of dispatches: none of another guild's is cited
// or quoted, even where the question names it.
func leaked(t *testing.T, guild, line string, reply commands.Reply, marks map[string]string, ids map[string][]string) {
	t.Helper()
	for other, mark := range marks {
		if other == guild {
			continue
		}
		for _, it := range reply.Items {
			if len(it.Cites) > 0 && strings.Contains(it.Text, mark) {
				t.Fatalf("guild %q asked %q and was quoted %q", guild, line, it.Text)
			}
			for _, id := range it.Folded {
				if slices.Contains(ids[other], string(id)) {
					t.Fatalf("guild %q asked %q and was told of %s", guild, line, id)
				}
			}
			for _, c := range it.Cites {
				if slices.Contains(ids[other], string(c.ID)) || strings.Contains(c.Title+c.URL, mark) {
					t.Fatalf("guild %q asked %q and was cited %+v", guild, line, c)
				}
			}
		}
	}
}

// leaf is a command that can be run, with its path.
type leaf struct {
	path    []string
	command *commands.Command
}

func leaves(path []string, list []*commands.Command) (out []leaf) {
	for _, c := range list {
		at := append(slices.Clone(path), c.Name)
		if len(c.Sub) == 0 {
			out = append(out, leaf{at, c})
		}
		out = append(out, leaves(at, c.Sub)...)
	}
	return out
}

// asker makes questions at random.
type asker struct {
	r             *rand.Rand
	ids           map[string][]string
	places, marks []string
}

func (q *asker) pick(list ...string) string { return list[q.r.IntN(len(list))] }

// line is a command with arguments that fit it, mostly.
func (q *asker) line(c leaf) string {
	parts := slices.Clone(c.path)
	last := ""
	for _, a := range c.command.Args {
		if !a.Required && q.r.IntN(3) > 0 {
			continue
		}
		v := q.value(a)
		if a.Required && !a.Named {
			last += " " + v
			continue
		}
		parts = append(parts, a.Name+":"+inQuotes(v))
	}
	return strings.Join(parts, " ") + last
}

func inQuotes(v string) string {
	if strings.Contains(v, " ") {
		return `"` + v + `"`
	}
	return v
}

func (q *asker) value(a commands.Arg) string {
	if len(a.Choices) > 0 && q.r.IntN(4) > 0 {
		return q.pick(a.Choices...)
	}
	ids := slices.Concat(q.ids["100000000000000001"], q.ids["100000000000000002"])
	switch a.Kind {
	case commands.Topic, commands.Text, commands.Prose:
		v := q.pick(q.places...)
		switch q.r.IntN(6) {
		case 0:
			v += " " + q.pick("convoy", "bridge", "SDF", "fighters aid")
		case 1:
			v = q.pick("convoy", "bridge", "SDF", "fighters aid", "number", "*", "desk", `source:"Common Desk"`, "source:desk", "standing:disputed", "standing:retracted", "lang:en")
		case 2:
			v = q.pick(q.marks...) + " " + v
		case 3:
			v = q.pick("source:", "title:", "-", "+", "") + q.pick(q.marks...)
		case 4:
			v = q.pick(q.pick(ids...), "id:"+q.pick(ids...))
		}
		return v
	case commands.Source, commands.SavedSource, commands.SavedSchedule, commands.Word:
		return q.pick(q.pick(q.marks...), "Desk", "Common Desk", q.pick(q.marks...)+" Desk", "new", "x1")
	case commands.Time, commands.Period:
		return q.pick("7d", "30d", "2026-11", "yesterday", "24h", "2026-11-20")
	case commands.Integer:
		return q.pick("1", "2", "3", "50")
	case commands.ID:
		return q.pick(ids...)
	case commands.Zone:
		return q.pick("UTC", "Asia/Damascus")
	case commands.Line:
		return q.pick("brief 24h", "status badia", "search convoy", "show "+q.pick(ids...))
	case commands.Name:
		return q.pick("status", "search", "schedule", "settings")
	}
	return q.pick("en", "here", "none", "ar")
}
