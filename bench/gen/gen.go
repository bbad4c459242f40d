// Package gen makes dispatches for measuring: seeded, so that every run and every
// machine measures the same archive. They read like news only to an index: words
// follow Zipf's law, as they do in language, and places, actors and sources too.
package gen

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"sitrep/gazetteer"
	"sitrep/news"
)

// Words is the mean length of a dispatch.
const Words = 300

// Maker makes the dispatches of one archive.
type Maker struct {
	seed    uint64
	words   []string
	names   []string
	arabic  []string
	sources []string
	from    time.Time
	span    time.Duration
}

// New prepares an archive that begins at from and spans a length of time.
func New(seed uint64, g *gazetteer.Gazetteer, from time.Time, span time.Duration) *Maker {
	m := &Maker{seed: seed, from: from, span: span}
	r := rand.New(rand.NewPCG(seed, 1))
	m.words = append(m.words, strings.Fields("the of and to in a that on for was with said by at from it as were has after their which they had been against near two more people its who but over area forces city town village road camp attack attacked shelling convoy aid water hospital market school police army fighters group civilians killed wounded arrested released reported source local official ministry government border crossing bridge river oil field checkpoint patrol drone strike airstrike ceasefire talks agreement displaced families returned food fuel electricity prices protest curfew explosion mine device")...)
	for len(m.words) < 60000 {
		m.words = append(m.words, word(r))
	}
	for _, e := range g.Entities() {
		m.names = append(m.names, e.Name)
		if e.Arabic != "" {
			m.arabic = append(m.arabic, e.Arabic)
		}
	}
	shuffle(r, m.names)
	shuffle(r, m.arabic)
	for i := range 60 {
		m.sources = append(m.sources, fmt.Sprintf("Agency %02d", i+1))
	}
	return m
}

func shuffle(r *rand.Rand, list []string) {
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// word is a made-up word of one to four syllables.
func word(r *rand.Rand) string {
	const consonants, vowels = "bcdfghjklmnprstvwz", "aeiou"
	var b strings.Builder
	for range 1 + r.IntN(4) {
		b.WriteByte(consonants[r.IntN(len(consonants))])
		b.WriteByte(vowels[r.IntN(len(vowels))])
		if r.IntN(3) == 0 {
			b.WriteByte(consonants[r.IntN(len(consonants))])
		}
	}
	return b.String()
}

// Name is the name of that rank, 0 the one named most.
func (m *Maker) Name(rank int) string { return m.names[rank%len(m.names)] }

// Dispatch is the i-th dispatch of n. Dates are spread evenly, oldest first.
func (m *Maker) Dispatch(i, n int) news.Dispatch {
	r := rand.New(rand.NewPCG(m.seed, uint64(i)+2))
	w := &writer{m: m, r: r, words: rand.NewZipf(r, 1.07, 4, uint64(len(m.words)-1)), names: rand.NewZipf(r, 1.2, 3, uint64(len(m.names)-1))}
	sources := rand.NewZipf(r, 1.3, 2, uint64(len(m.sources)-1))
	body := make([]byte, 0, 8*(Words+60)) // words of made-up syllables are short
	for have := 0; have < Words-30+r.IntN(60); {
		begin := len(body)
		body = w.sentence(body)
		have += bytes.Count(body[begin:], space) + 1
		if r.IntN(4) == 0 {
			body = append(body, "\n\n"...)
		} else {
			body = append(body, ' ')
		}
	}
	at := m.from.Add(time.Duration(float64(m.span) * (float64(i) + r.Float64()) / float64(n))).UTC().Truncate(time.Second)
	title := strings.TrimSuffix(string(w.sentence(nil)), ".")
	d := news.Dispatch{Title: title, Body: strings.TrimSpace(string(body)), Source: m.sources[sources.Uint64()], Lang: "en",
		URL: "https://agency.example/" + strconv.Itoa(i), Published: at, Origin: news.Origin{Kind: news.OriginRecord, Feed: "gen", Item: strconv.Itoa(i)}}
	if r.IntN(20) == 0 && len(m.arabic) > 0 {
		d.Lang = "ar"
		d.Body = fmt.Sprintf("قال مصدر محلي إن اشتباكات وقعت قرب %s.\n\n%s", m.arabic[int(w.names.Uint64())%len(m.arabic)], d.Body)
	}
	return d
}

var space = []byte{' '}

// writer writes the sentences of one dispatch.
type writer struct {
	m            *Maker
	r            *rand.Rand
	words, names *rand.Zipf
}

// sentence appends a sentence of 8 to 29 words and names.
func (w *writer) sentence(to []byte) []byte {
	length := 8 + w.r.IntN(22)
	for k := range length {
		if k > 0 {
			to = append(to, ' ')
		}
		switch {
		case w.r.IntN(25) == 0:
			to = append(to, w.m.names[w.names.Uint64()]...)
		case w.r.IntN(40) == 0:
			to = strconv.AppendInt(to, int64(2+w.r.IntN(400)), 10)
		default:
			begin := len(to)
			to = append(to, w.m.words[w.words.Uint64()]...)
			if k == 0 {
				to[begin] -= 'a' - 'A' // the words are of small ASCII letters
			}
		}
	}
	return append(to, '.')
}
