package commands

import (
	"testing"

	"sitrep/gazetteer"
)

// What lies far from most of the places is off the map and told apart; countries stay
// where a place of theirs does.
func TestMapKeepsToTheBulk(t *testing.T) {
	at := func(id, kind, country string, lat, lon float64, n int) spot {
		return spot{&gazetteer.Entity{ID: id, Type: kind, Country: country, Lat: lat, Lon: lon, Located: true}, n}
	}
	s := spots{
		points: []spot{at("hajin", "town", "SY", 34.69, 40.83, 26), at("deir", "city", "SY", 35.33, 40.14, 15), at("damascus", "city", "SY", 33.5, 36.3, 4),
			at("rostov", "city", "RU", 37, 42, 1), at("washington", "city", "US", 38.9, -77, 5)},
		areas: []spot{at("syria", "country", "SY", 35, 38, 24), at("us", "country", "US", 39.8, -98.6, 10), at("russia", "country", "RU", 61, 105, 2)},
	}.near()
	ids := func(list []spot) (out string) {
		for _, x := range list {
			out += x.e.ID + " "
		}
		return out
	}
	if got := ids(s.points) + "| " + ids(s.areas) + "| " + ids(s.far); got != "hajin deir damascus rostov | syria russia | us washington " {
		t.Error(got)
	}
	even := spots{points: []spot{at("a", "city", "SY", 34, 40, 1), at("b", "city", "US", 38, -77, 1), at("c", "city", "JP", 35, 139, 1)}}.near()
	if len(even.far) > 1 {
		t.Errorf("of three places on three continents %s are left out", ids(even.far))
	}
}
