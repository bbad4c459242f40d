package index

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"sitrep/news"
)

func TestSuggest(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	var ds []news.Dispatch
	for i := range 5 {
		ds = append(ds, dispatch(fmt.Sprint("a", i), "The Offensive against the pocket was resumed; checkpoints were closed.", ""))
	}
	ds = append(ds, dispatch("b1", "An offending article about fences was withdrawn.", ""), dispatch("b2", "Hajin was shelled. 1234 families fled.", ""))
	ar := dispatch("c1", "استأنفت القوات الهجوم على المخيم", "")
	ar.Lang = "ar"
	secret := dispatch("d1", "A clandestine meeting took place.", "")
	secret.Scope = news.GuildScope("7")
	file(t, s, x, append(ds, ar, secret)...)
	everyone, guild := []news.Scope{news.ScopeEveryone}, []news.Scope{news.ScopeEveryone, news.GuildScope("7")}
	for _, c := range []struct {
		text   string
		scopes []news.Scope
		want   string
	}{
		{"the offnesive resumed", everyone, "the offensive resumed"},
		{"offensve on Hajin", everyone, "offensive on Hajin"},
		{"Offensve", everyone, "Offensive"},
		{"checkpiont closed", everyone, "checkpoints closed"}, // as a dispatch spells it
		{"fences", everyone, "fences"},                        // held, if rarer than what is near
		{"thier offensive", everyone, "thier offensive"},      // a slip in a word of the grammar
		{"1235 families", everyone, "1235 families"},
		{"الهجزم على المخيم", everyone, "الهجوم على المخيم"},
		{"clandestne", guild, "clandestine"},
		{"clandestne", everyone, "clandestne"}, // it is not told that others filed it
		{"xyzzyplugh", everyone, "xyzzyplugh"},
		{"fbi OFFENSVE", everyone, "fbi OFFENSVE"}, // an abbreviation among words
		{"offensve offensve", everyone, "offensive offensive"},
		{"fled", nil, "fled"},
		{"", everyone, ""},
	} {
		list, err := x.Suggest(t.Context(), c.text, c.scopes)
		if err != nil {
			t.Fatal(err)
		}
		if got := Correct(c.text, list); got != c.want {
			t.Errorf("%q for %v: %q, want %q", c.text, c.scopes, got, c.want)
		}
	}
	// The scope holds for the text that a word is spelled from, and for the counts.
	list, err := x.Suggest(t.Context(), "offensve", everyone)
	if err != nil || len(list) != 1 || list[0].Docs != 5 {
		t.Errorf("%+v, %v", list, err)
	}
	file(t, s, x, func() (more []news.Dispatch) {
		d := dispatch("d1", "Forgotten text.", "")
		return append(more, d)
	}()...)
	if list, err := x.Suggest(t.Context(), "clandestne", guild); err != nil || len(list) != 0 {
		t.Errorf("a word that was revised away is suggested: %+v, %v", list, err)
	}
}

func TestSlipCost(t *testing.T) {
	for _, c := range []struct {
		typed, meant string
		cost         float64
	}{
		{"same", "same", 0}, {"hajni", "hajin", swapSlip}, {"comittee", "committee", doubledSlip}, {"relitive", "relative", vowelSlip},
		{"hxjin", "hajin", wholeSlip}, {"hjin", "hajin", wholeSlip}, {"hazjin", "hajin", wholeSlip}, {"jahin", "hajin", 2*wholeSlip + firstSlip},
		{"ajin", "hajin", wholeSlip + firstSlip}, {"", "ab", 2*wholeSlip + firstSlip},
	} {
		if got := slipCost(c.typed, c.meant); math.Abs(got-c.cost) > 1e-9 {
			t.Errorf("%s for %s costs %.2f, want %.2f", c.typed, c.meant, got, c.cost)
		}
	}
	for _, n := range neighbours("abc") {
		if c := slipCost("abc", n); c == 0 && n != "abc" || c > wholeSlip+firstSlip {
			t.Errorf("%q is no neighbour: %.2f", n, c)
		}
	}
}

// A text without a slip to correct comes back byte by byte.
func FuzzCorrect(f *testing.F) {
	f.Add(`a "phrase" -not title:word`, "word", "sword")
	f.Add("é\xff \u0301x", "x", "y")
	f.Fuzz(func(t *testing.T, text, typed, word string) {
		if got := Correct(text, nil); got != text {
			t.Errorf("%q became %q", text, got)
		}
		if got := Correct(text, []Suggestion{{Typed: typed, Word: word}}); !strings.Contains(text, typed) && got != text {
			t.Errorf("%q became %q without %q in it", text, got, typed)
		}
	})
}
