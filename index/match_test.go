package index

import (
	"strings"
	"testing"
	"time"

	"sitrep/index/query"
	"sitrep/snippet"
)

// The words of a text that a search finds are those that are shown, inflected as
// they stand.
func TestMatcher(t *testing.T) {
	for _, c := range []struct{ query, lang, text, want string }{
		{"shelling", "en", "They shelled the town; the shelling went on.", "They [shelled] the town; the [shelling] went on."},
		{"hopital", "fr", "L’hôpital et les hôpitaux", "[L’hôpital] et les [hôpitaux]"},
		{"القافلة", "ar", "وصلت القـــافِلَةُ، ثم قافلة أخرى بالقافلة", "وصلت [القـــافِلَةُ]، ثم [قافلة] أخرى [بالقافلة]"},
		{"דמשק", "he", "הם הגיעו לדמשק ומדמשק", "הם הגיעו [לדמשק] [ומדמשק]"},
		{"солдат", "uk", "Троє солдатів і солдати", "Троє [солдатів] і [солдати]"},
		{"еще", "ru", "Ещё раз", "Ещё раз"}, // a stop word is not looked for
		{"взрыв", "ru", "Взрывы и взрыва", "[Взрывы] и [взрыва]"},
		{"爆発", "ja", "爆発で三人死亡", "[爆発]で三人死亡"},
		{"หมู่บ้าน", "th", "ใกล้หมู่บ้านแล้ว", "ใกล้[หมู่บ้าน]แล้ว"},
		{"병원", "ko", "병원에서", "[병원]에서"},
		{"idlib", "tr", "İdlib'de", "[İdlib'de]"},
		{"zginelo", "pl", "Trzech zginęło", "Trzech [zginęło]"},
		{"कमीशन सैनिक", "hi", "तीन सैनिकों ने", "तीन [सैनिकों] ने"},
		{`"deir ez zor"`, "en", "Deir ez-Zor, not Zor or Deir", "[Deir ez-Zor], not Zor or Deir"},
		{`"fall of the town"`, "en", "the fall of a town; fall of the town", "the [fall of a town]; [fall of the town]"},
		{`"三人死亡"`, "ja", "死亡三人、三人死亡", "死亡三人、[三人死亡]"},
		{"-town city", "en", "town and city", "town and [city]"},
		{"source:city lang:en title:town", "en", "town and city", "[town] and city"},
		{"place:#raqqa", "en", "raqqa", "raqqa"},
		{"english", "ar", "كلمة English هنا", "كلمة [English] هنا"},
		{"Sana'a", "en", "in Sanaa and Sana’a’s", "in [Sanaa] and [Sana’a’s]"},
		{"the of", "en", "the end of it", "the end of it"},
		{"civil*", "en", "Civilians and a civil war, uncivil", "[Civilians] and a [civil] war, uncivil"},
		{"مدني*", "ar", "المدنيين ومدنية", "[المدنيين] [ومدنية]"},
		{"(town OR city) -village", "en", "town, city, village", "[town], [city], village"},
		{"what happened in the town?", "en", "what happened in the town", "what happened in the [town]"},
		{"abc", "en", "ＡＢＣ and ａｂｃ", "[ＡＢＣ] and [ａｂｃ]"},
		{"x", "", "", ""},
	} {
		q, err := query.Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		s := snippet.Best(c.text, NewMatcher(q).Find(c.lang, c.text), 1000)
		var b strings.Builder
		at := 0
		for _, m := range s.Marks {
			b.WriteString(s.Text[at:m.Start] + "[" + s.Text[m.Start:m.End] + "]")
			at = m.End
		}
		if got := b.String() + s.Text[at:]; got != c.want {
			t.Errorf("%s: %s, want %s", c.query, got, c.want)
		}
	}
}

// What is likely never leaves out what the analyzer would find.
func TestMatcherMissesNothing(t *testing.T) {
	a := mustAnalyze(t)
	for name, text := range text300 {
		seen := map[string]bool{}
		for _, tok := range a.tokens(name, text) {
			word := text[tok.Start:tok.End]
			if seen[word] || len(a.terms(name, word)) == 0 {
				continue
			}
			seen[word] = true
			lang := name
			if name == "cjk" {
				lang = "ja"
			}
			found := false
			for _, s := range MatchWords([]string{word}).Find(lang, text) {
				found = found || s.Start == tok.Start
			}
			if !found {
				t.Errorf("%s: %q is not found in its own text", name, word)
			}
		}
	}
}

func TestMatcherIsLinear(t *testing.T) {
	q, _ := query.Parse(`a "a a a a" شارع "شارع شارع" คน 人 ا`)
	m := NewMatcher(q)
	for _, piece := range []string{"a ", "a", "شارع ", "شارع", "คน", "人", "ا'", "\u0301", "a_", "\xff"} {
		for _, lang := range []string{"en", "ar", "und", "pl"} {
			start := time.Now()
			m.Find(lang, strings.Repeat(piece, 600<<10/len(piece)))
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%s, %q: %v", lang, piece, took)
			}
		}
	}
}

func BenchmarkMatcher(b *testing.B) {
	for name, word := range map[string]string{"en": "shelling town", "ar": "القصف", "fr": "ville réfugiés", "uk": "обстріли", "he": "לוחמים", "cjk": "死亡", "pl": "miasto"} {
		b.Run(name, func(b *testing.B) {
			q, _ := query.Parse(word)
			lang := name
			if name == "cjk" {
				lang = "ja"
			}
			m := NewMatcher(q)
			for b.Loop() {
				m.Find(lang, text300[name])
			}
		})
	}
}
