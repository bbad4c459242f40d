package gazetteer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sitrep/news"
)

// A place's name inside a longer name is often not that place: "Niger State" is not
// Niger, "Praia Grande" not Praia, "Lake Chad" not Chad. What the tables know by its
// longer name was found by that name before.
var (
	// divisions stand behind the name of a city that is their seat, or of something else.
	divisions = set("Oblast oblast County county Province province Governorate governorate Prefecture prefecture Raion raion Voivodeship voivodeship " +
		"Krai Canton State Division District Region Department Parish Municipality")
	// carriers stand before a name that something else bears.
	carriers = set("Lake USS HMS HMAS INS KM MV MT SS HMCS Fort Mount Camp Bay Operation Bank AC FC AS Santo San")
	// things stand behind the name of a place that gave them theirs.
	things = set("Convention Accords Accord Protocol Declaration Agreement Agreements Treaty Statute Principles Syndrome " +
		"Grande Oriental Occidental Norte Sur Whitecaps Heights Springs Beach Petapa Hills Falls Island Islands Creek Blazers Trail " +
		"Bank High Action FC F.C. SC CF United Saint-Germain Wave Fire Galaxy Sounders Open Masters Marathon Derby Dynamo Tigers Lions Giants Jets Bulls Kings Heat Magic " +
		"Spurs Stars Rangers Reds Royals Sox Padres Phillies Pirates Braves Marlins Mets Nationals Orioles Rays Twins Warriors Suns Pistons Hornets Hawks Raptors Wizards Pelicans Grizzlies " +
		"Titans Texans Colts Saints Falcons Bengals Browns Steelers Ravens Bills Vikings Packers Chargers Raiders Rams Panthers Buccaneers Jaguars Dolphins " +
		"Predators Blackhawks Maple Canadiens Senators Flames Canucks Hurricanes Sharks Ducks Kraken " +
		"Times Post Herald Tribune Gazette Chronicle Guardian Standard Telegraph Mirror Examiner Globe Sun Star Inquirer Observer Journal Mail Mercury Ledger Daily Weekly Today " +
		"sandwich beef variant ham plc")
	// particles lead on to the rest of a longer name: "Davao del Sur", "Santiago de Compostela".
	particles = set("del de do da dos das di della van von upon sur sous-")
)

// longer drops a place's name that is part of a longer name of something else.
func (g *Gazetteer) longer(text string, tokens []token, names []found) {
	for i := range names {
		f := &names[i]
		if f.pick == nil || f.settled || f.pick.Kind != news.Place || f.ends[f.at].made || f.ends[f.at].lead+f.ends[f.at].tail > 0 {
			continue
		}
		if word := next(text, tokens, f.last); word != "" && f.runsOn(text, tokens, word) || f.carried(text, tokens) {
			f.pick, f.valid = nil, 0
		}
	}
}

// next is the word behind the one at last, where only a space parts them.
func next(text string, tokens []token, last int) string {
	if last+1 >= len(tokens) {
		return ""
	}
	t := tokens[last+1]
	if t.start-tokens[last].end != 1 || text[tokens[last].end] != ' ' {
		return ""
	}
	return text[t.start:t.end]
}

// runsOn reports whether the word behind a name makes a longer name of it.
func (f *found) runsOn(text string, tokens []token, word string) bool {
	switch f.pick.Type {
	case "country", "territory", "city", "town", "village", "neighbourhood":
	default:
		return false
	}
	if divisions[word] {
		// A city gave the division around it its name: who asks for it wants to know. A country did not.
		f.vague = true
		return f.pick.Type == "country" && f.pick.ID != "palestine" && word == "State" && !isUpper(next(text, tokens, f.last+1))
	}
	if particles[word] {
		return f.pick.Type != "country" && isUpper(next(text, tokens, f.last+1))
	}
	return things[word] && !(f.pick.Type == "country" && (word == "Today" || word == "Island" || word == "Islands" || word == "Open"))
}

// carried reports whether the word before a name makes it that of a lake, a ship, a
// club.
func (f *found) carried(text string, tokens []token) bool {
	if f.first == 0 || tokens[f.first].join != joined {
		return false
	}
	before := tokens[f.first-1]
	word := text[before.start:before.end]
	return carriers[word] && text[before.end:tokens[f.first].start] == " "
}

func isUpper(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r)
}

// elsewhere reports whether "A, B" or "A, district, B" is the address of a place that
// shares its name with the known place A: B is a country or an American state that A does
// not lie in ("Paris, Texas", "Hyderabad, Sindh, Pakistan"). In a list an "and" or an "or" follows.
func (g *Gazetteer) elsewhere(text string, names []found, i int) bool {
	a := &names[i]
	if a.pick == nil || a.settled || a.pick.Country == "" {
		return false
	}
	american := func(e *Entity) bool { return e.Type == "state" && e.Country == "US" }
	end := a.end
	for n := i + 1; n < len(names) && n <= i+2; n++ {
		b := &names[n]
		if b.pick == nil || b.start < end || text[end:b.start] != ", " || b.pick.Country == a.pick.Country || b.pick.Country == "" {
			return false
		}
		end = b.end
		town := a.pick.Type == "city" || a.pick.Type == "town"
		switch {
		case american(b.pick) && (town || a.pick.Type == "country"), b.pick.Type == "country" && town && !listed(text[b.end:]):
			return !joinedOn(text[b.end:])
		case n == i+1 && b.pick.Type != "country" && !settlements[b.pick.Type]:
			continue // "Hyderabad, Sindh" and on to the country
		default:
			return false
		}
	}
	return false
}

// abroad settles "Pembroke, New York": behind a place that is not known, the name of a
// city and its state is the state's.
func abroad(text string, tokens []token, names []found) {
	for i := range names {
		f := &names[i]
		if f.first == 0 || f.pick == nil || !settlements[f.pick.Type] || tokens[f.first].join != comma || i > 0 && names[i-1].last+1 == f.first {
			continue
		}
		if before := tokens[f.first-1]; !isUpper(text[before.start:]) || text[before.end:f.start] != ", " {
			continue
		}
		for at := range f.meanings {
			if f.ends[at].entity.Type == "state" {
				f.take(at)
				f.settled = true
				break
			}
		}
	}
}

// joinedOn reports whether "and" or "or" follows, as it does inside a list.
func joinedOn(rest string) bool {
	rest = strings.TrimLeft(strings.TrimPrefix(rest, ","), " ")
	return strings.HasPrefix(rest, "and ") || strings.HasPrefix(rest, "or ") || strings.HasPrefix(rest, "& ")
}

// listed reports whether another name follows behind a comma.
func listed(rest string) bool {
	return strings.HasPrefix(rest, ", ") && isUpper(rest[2:])
}
