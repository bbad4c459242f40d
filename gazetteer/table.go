package gazetteer

import (
	"fmt"
	"strconv"
	"strings"

	"sitrep/news"
)

// mark says how a name counts in running text. The tables write it before the name.
type mark uint8

const (
	exact   mark = 1 << iota // = only written exactly so
	capital                  // ^ only with capital letters
	beside                   // ? only beside a word like "city of"
	weak                     // ~ only where a neighbour says so
)

var marks = map[byte]mark{'=': exact, '^': capital, '?': beside, '~': weak}

// row is one line of a table as it stands there.
type row struct {
	Entity
	names []written
	seat  string
}

// written is a name as the table gives it, without its marks.
type written struct {
	text string
	mark mark
}

// none is the type of the row whose names stop a shorter match and name nothing.
const none = "none"

// parsePlaces reads places.tsv.
func parsePlaces(table []byte) ([]row, error) {
	return parse("places.tsv", table, 10, 1, func(r *row, f []string) error {
		if _, ok := kinds[f[1]]; !ok {
			return fmt.Errorf("unknown type %q: add it to kinds", f[1])
		}
		r.Kind = news.Place
		if f[5] != "" {
			r.Parents = strings.Split(f[5], ";")
		}
		r.seat, r.Country = f[6], f[7]
		var err error
		if len(f) > 10 && f[10] != "" {
			if r.Population, err = strconv.Atoi(f[10]); err != nil || r.Population < 0 {
				return fmt.Errorf("%q is no number of people", f[10])
			}
		}
		if f[8] == "" && f[9] == "" {
			return nil
		}
		if r.Lat, err = degrees(f[8], 90); err != nil {
			return err
		}
		if r.Lon, err = degrees(f[9], 180); err != nil {
			return err
		}
		r.Located = true
		return nil
	})
}

// parseActors reads actors.tsv.
func parseActors(table []byte) ([]row, error) {
	return parse("actors.tsv", table, 5, 1, func(r *row, f []string) error {
		r.Kind = news.Actor
		if len(f) > 5 {
			r.Country = f[5]
		}
		return nil
	})
}

// parse reads a table with so many columns, of which further ones may be left away.
func parse(file string, table []byte, columns, further int, more func(*row, []string) error) ([]row, error) {
	var rows []row
	for i, line := range strings.Split(string(table), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		if len(f) < columns || len(f) > columns+further {
			return nil, fmt.Errorf("%s:%d: %d columns, want %d", file, i+1, len(f), columns)
		}
		if f[0] == "" || f[2] == "" {
			return nil, fmt.Errorf("%s:%d: a row needs an id and a name", file, i+1)
		}
		r := row{Entity: Entity{ID: f[0], Type: f[1], Name: f[2], Arabic: f[3]}}
		r.names = []written{{text: r.Name}}
		if r.Type != none {
			r.names = append(r.names, written{text: r.Arabic})
		}
		if f[4] != "" {
			for _, a := range strings.Split(f[4], "|") {
				w := unmark(a)
				if Fold(w.text) == "" {
					return nil, fmt.Errorf("%s:%d: the name %q holds no letter or digit", file, i+1, a)
				}
				r.names = append(r.names, w)
				r.Aliases = append(r.Aliases, w.text)
			}
		}
		if err := more(&r, f); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// unmark takes the marks off a name.
func unmark(s string) written {
	var w written
	for s != "" && marks[s[0]] != 0 {
		w.mark |= marks[s[0]]
		s = s[1:]
	}
	w.text = s
	return w
}

func degrees(s string, limit float64) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < -limit || v > limit {
		return 0, fmt.Errorf("%q is not a coordinate within ±%g degrees", s, limit)
	}
	return v, nil
}
