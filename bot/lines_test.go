package bot

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"sitrep/commands"
)

// memory is a bucket.
type memory struct {
	mu   sync.Mutex
	by   map[string][]byte
	revs map[string]uint64
	fail error
}

var errMissing, errExists = errors.New("missing"), errors.New("exists")

func (m *memory) Get(_ context.Context, key string) ([]byte, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.by[key]
	if m.fail != nil {
		return nil, 0, m.fail
	}
	if !ok {
		return nil, 0, errMissing
	}
	return v, m.revs[key] + 1, nil
}

func (m *memory) Create(_ context.Context, key string, v []byte) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return 0, m.fail
	}
	if _, ok := m.by[key]; ok {
		return 0, errExists
	}
	m.by[key] = v
	return 1, nil
}

func (m *memory) Update(_ context.Context, key string, v []byte, rev uint64) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return 0, m.fail
	}
	if _, ok := m.by[key]; !ok || rev != m.revs[key]+1 {
		return 0, errors.New("changed by someone else")
	}
	if m.revs == nil {
		m.revs = map[string]uint64{}
	}
	m.by[key] = v
	m.revs[key]++
	return rev + 1, nil
}

func newMemory() Lines { return StoredLines(&memory{by: map[string][]byte{}}, errMissing, errExists) }

func TestStoredLines(t *testing.T) {
	m := &memory{by: map[string][]byte{}}
	lines := StoredLines(m, errMissing, errExists)
	long := "search " + strings.Repeat("البادية ", 300)
	for range 2 {
		hash, err := lines.Keep(t.Context(), long)
		if err != nil || len(hash) > 64 {
			t.Fatal(hash, err)
		}
		if got, err := lines.Line(t.Context(), hash); err != nil || got != long {
			t.Errorf("%q, %v", got, err)
		}
	}
	if len(m.by) != 1 || len(m.revs) != 0 {
		t.Errorf("%d entries, written again: %v", len(m.by), m.revs)
	}
	// A line that was last used in another month is young again.
	for key := range m.by {
		m.by[key] = []byte("2001-01 " + long)
	}
	hash, err := lines.Keep(t.Context(), long)
	if got, err2 := lines.Line(t.Context(), hash); err != nil || err2 != nil || got != long || strings.HasPrefix(string(m.by[hash]), "2001") {
		t.Errorf("%v, %v: %.20s, %s", err, err2, got, m.by[hash])
	}
	if _, err := lines.Line(t.Context(), "gone"); !errors.Is(err, ErrNoLine) {
		t.Error(err)
	}
	m.fail = errors.New("no connection")
	if _, err := lines.Keep(t.Context(), long); !errors.Is(err, m.fail) {
		t.Error(err)
	}
	if _, err := lines.Line(t.Context(), "gone"); !errors.Is(err, m.fail) {
		t.Error(err)
	}
}

func TestReadPress(t *testing.T) {
	for id, want := range map[string]press{
		"!status badia":     {"status badia", false, 1},
		"!#abc":             {"#abc", false, 1},
		"~2 brief 7d":       {"brief 7d", true, 2},
		"~0 brief 7d":       {"brief 7d", true, 1},
		"~12 #abc":          {"#abc", true, 12},
		"menu:0 → status x": {"status x", false, 1},
		"menu:1 → ~1 x":     {"x", true, 1},
		"menu:1 → #abc":     {"#abc", false, 1},
	} {
		id, value, chosen := strings.Cut(id, " → ")
		var values []string
		if chosen {
			values = []string{value}
		}
		if got, ok := readPress(id, values); !ok || got != want {
			t.Errorf("%s: %+v, %v", id, got, ok)
		}
	}
	for _, id := range []string{"", "!", "~", "~x y", "~1", "~1 ", "~-1 x", "~99999 x", "menu:0", "other", "status"} {
		if got, ok := readPress(id, nil); ok {
			t.Errorf("%q: %+v", id, got)
		}
	}
}

func TestControls(t *testing.T) {
	b := &Bot{words: tongues, lines: newMemory(), redact: &redactor{}}
	long := "search " + strings.Repeat("word ", 40)
	actions := []commands.Action{{Label: "Timeline", Line: "timeline badia"}, {Label: "Again", Line: "timeline badia"}, {Label: "Long", Line: long},
		{Label: "Next page", Line: "search x page:2", Turn: true}, {Label: " ", Line: "status x"}, {Label: "Nothing", Line: " "}}
	for _, c := range []string{"status", "search", "help", long} {
		actions = append(actions, commands.Action{Label: c, Line: "help " + c, Group: "Commands"})
	}
	rows := b.controls(t.Context(), english, actions, turner{"search x", 3, 3})
	if len(rows) != 3 {
		t.Fatalf("%+v", rows)
	}
	if c := rows[0].Components; c[0].CustomID != "~2 search x" || c[0].Disabled || c[1].CustomID != "~4 search x" || !c[1].Disabled {
		t.Errorf("%+v", c)
	}
	if c := rows[1].Components; len(c) != 4 || c[0].CustomID != "!timeline badia" || !strings.HasPrefix(c[1].CustomID, "!#") || c[2].CustomID != "~1 search x page:2" || c[3].Label != "status x" {
		t.Errorf("%+v", c)
	}
	menu := rows[2].Components[0]
	if menu.Type != partSelect || menu.CustomID != "menu:0" || menu.Placeholder != "Commands" || len(menu.Options) != 4 || menu.Options[0] != (option{"status", "help status"}) || !strings.HasPrefix(menu.Options[3].Value, "#") {
		t.Errorf("%+v", menu)
	}
	p, ok := readPress(rows[1].Components[1].CustomID, nil)
	if line, err := b.pressed(t.Context(), p); !ok || err != nil || line != strings.TrimSpace(long) {
		t.Errorf("%q, %v", line, err)
	}
	// What has no room as a button stands in a select.
	actions = actions[:0]
	for i := range 60 {
		actions = append(actions, commands.Action{Label: strings.Repeat("x", i+1), Line: "status " + strings.Repeat("x", i+1)})
	}
	rows = b.controls(t.Context(), english, actions, turner{})
	n := 0
	for _, r := range rows {
		for _, c := range r.Components {
			n += max(1, len(c.Options))
		}
	}
	if len(rows) != maxRows || n != 15+25 && n != 20+25 {
		t.Errorf("%d actions in %d rows", n, len(rows))
	}
	// Without a place to keep lines, a long one has no button.
	b.lines = nil
	if rows := b.controls(t.Context(), english, []commands.Action{{Label: "Long", Line: long}}, turner{}); len(rows) != 0 {
		t.Errorf("%+v", rows)
	}
}
