package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/news"
	"sitrep/picture"
)

func mapCommand() *Command {
	return &Command{
		Name:    "map",
		Summary: "Where: the places that the reports name, on a map, by how many name them",
		Help: "A bubble is a place that reports name; a country or a province that is named as a whole is shaded and gets no point. Of a place that covers others, those in it are shown. " +
			"A report that names a place tells of it; that something happened there, only the report itself says.",
		Examples: []string{"map daesh until:2018-12-31", `map "deir ezzor"`, "map shelling since:30d"},
		Args: []Arg{
			{Name: "topic", Kind: Topic, Required: true, Summary: "a place, an actor, or words"},
			sinceArg(), untilArg(),
		},
		run: runMap,
	}
}

// listed is how many places a map's words name, and how many buttons it has.
const listed = 6

func runMap(ctx context.Context, c *call) (Reply, error) {
	t, w, err := c.topicAndTime(ctx)
	if err != nil {
		return Reply{}, err
	}
	ask := t.search(index.Search{Scopes: c.Request.Scopes, Span: w.span, Now: w.now})
	all, err := c.e.o.Index.Search(ctx, ask)
	if err != nil {
		return Reply{}, asked(err)
	}
	named, err := c.e.o.Index.Named(ctx, ask)
	if err != nil {
		return Reply{}, asked(err)
	}
	reply := Reply{Title: c.say("Map: %s", c.title(t)), AsOf: all.Newest}
	if len(t.entities) == 1 && t.rest.Empty() {
		reply.Note = c.describe(t.entities[0], t.typed)
	}
	if w.past {
		reply.Note = join(reply.Note, c.say("As it stood on %s.", w.moment()))
	}
	places := c.onMap(t, named)
	switch {
	case all.Total == 0:
		reply.Note = join(reply.Note, c.say("No report in this time."))
	case len(places.points)+len(places.areas) == 0:
		reply.Note = join(reply.Note, c.say("%d reports, and none of them names a place whose position is known here.", all.Total))
	default:
		c.tellMap(&reply, t, all, places)
	}
	reply.Actions = append(reply.Actions, Action{Label: c.say("Status"), Line: "status " + t.line + until(c)}, Action{Label: c.say("All reports"), Line: t.all() + " sort:new" + c.typed()})
	return reply, nil
}

// spots are the places that reports name, the most named first.
type spots struct {
	points []spot // with a position
	areas  []spot // countries and provinces
	vague  []spot // deserts, rivers, districts: a point of them would be a false one
	far    []spot // off the map, since they lie far from most
}

type spot struct {
	e *gazetteer.Entity
	n int
}

// pointed are the types of places that are small enough for a point.
func pointed(kind string) bool {
	switch kind {
	case "city", "town", "village", "neighbourhood", "camp", "site", "mountain":
		return true
	}
	return false
}

// province reports whether a type is that of a part of a country that maps show.
func province(kind string) bool { return kind == "governorate" || kind == "state" }

// onMap parts the places: of those that the topic covers, where it covers any.
func (c *call) onMap(t topic, named map[string]int) (s spots) {
	var inside map[string]bool
	for _, e := range t.entities {
		if e.Kind != news.Place {
			continue
		}
		if inside == nil {
			inside = map[string]bool{}
		}
		for _, id := range c.e.o.Names.Covers(e.ID) {
			inside[id] = true
		}
	}
	for id, n := range named {
		e, ok := c.e.o.Names.Entity(id)
		if !ok || e.Kind != news.Place || inside != nil && !inside[id] {
			continue
		}
		switch x := (spot{e, n}); {
		case pointed(e.Type) && e.Located:
			s.points = append(s.points, x)
		case e.Type == "country", province(e.Type):
			s.areas = append(s.areas, x)
		default:
			s.vague = append(s.vague, x)
		}
	}
	for _, list := range [][]spot{s.points, s.areas, s.vague} {
		slices.SortFunc(list, func(a, b spot) int {
			if a.n != b.n {
				return b.n - a.n
			}
			return strings.Compare(a.e.ID, b.e.ID)
		})
	}
	return s.near()
}

const (
	// bulk is the share of the mentions that a map must show, and around how much
	// farther than those lie others may lie; leastAround is that much in km at least.
	bulk        = .8
	around      = 2
	leastAround = 500
)

// near takes what lies far from most of the places off the map: for one report from
// Washington all others would be one point on a map of the world.
func (s spots) near() spots {
	if len(s.points) < 3 {
		return s
	}
	all := 0
	for _, x := range s.points {
		all += x.n
	}
	middle := &gazetteer.Entity{Lat: s.median(all, func(e *gazetteer.Entity) float64 { return e.Lat }), Lon: s.median(all, func(e *gazetteer.Entity) float64 { return e.Lon })}
	away := func(x spot) float64 { return gazetteer.Distance(middle, x.e) }
	byDistance := slices.Clone(s.points)
	slices.SortFunc(byDistance, func(a, b spot) int { return cmp.Compare(away(a), away(b)) })
	radius, n := 0.0, 0
	for _, x := range byDistance {
		if float64(n) >= bulk*float64(all) {
			break
		}
		n += x.n
		radius = away(x)
	}
	radius = max(around*radius, leastAround)
	home := map[string]bool{} // countries with a place that stays
	for _, x := range s.points {
		if away(x) <= radius {
			home[x.e.Country] = true
		}
	}
	tooFar := func(x spot) bool {
		return x.e.Located && away(x) > radius && (pointed(x.e.Type) || !home[x.e.Country])
	}
	for _, list := range []*[]spot{&s.points, &s.areas} {
		for _, x := range *list {
			if tooFar(x) {
				s.far = append(s.far, x)
			}
		}
		*list = slices.DeleteFunc(*list, tooFar)
	}
	slices.SortStableFunc(s.far, func(a, b spot) int { return b.n - a.n })
	return s
}

// median is the value that half of the mentions lie below.
func (s spots) median(all int, of func(*gazetteer.Entity) float64) float64 {
	list := slices.Clone(s.points)
	slices.SortFunc(list, func(a, b spot) int { return cmp.Compare(of(a.e), of(b.e)) })
	n := 0
	for _, x := range list {
		if n += x.n; 2*n >= all {
			return of(x.e)
		}
	}
	return 0
}

// tellMap draws the map, and says in words what it shows.
func (c *call) tellMap(reply *Reply, t topic, all index.Result, s spots) {
	list := c.counts(s.points)
	if len(list) > 0 {
		reply.Items = append(reply.Items, Item{Text: c.say("Named most of %d places: %s.", len(s.points), c.list("%s, %s", list))})
	}
	if len(s.areas) > 0 {
		reply.Items = append(reply.Items, Item{Text: c.say("As a whole: %s.", c.list("%s, %s", c.counts(s.areas)))})
	}
	if len(s.far) > 0 {
		reply.Items = append(reply.Items, Item{Text: c.say("Far off, and not on the map: %s.", c.list("%s, %s", c.counts(s.far)))})
	}
	if len(s.vague) > 0 {
		reply.Note = join(reply.Note, c.say("Not on the map, since a point would be a false one: %s.", c.list("%s, %s", c.counts(s.vague))))
	}
	if all.Undated > 0 {
		reply.Note = join(reply.Note, c.undated(all.Undated))
	}
	reply.Fields = []Field{{c.say("In all"), c.say("%d by %d sources", all.Total, len(all.Sources))}}
	reply.Pictures = c.drawMap(c.title(t), s)
	for _, x := range s.points[:min(len(s.points), listed)] {
		reply.Actions = append(reply.Actions, Action{Label: c.say("%s (%d)", c.name(x.e), x.n), Line: "status " + lineOf(x.e) + c.typed(), Group: c.say("A place on the map")})
	}
}

func (c *call) counts(list []spot) (out []string) {
	for _, x := range list[:min(len(list), listed)] {
		out = append(out, c.say("%s (%d)", c.name(x.e), x.n))
	}
	return out
}

// mapPlaces is how many places a map shows: more are a crowd.
const mapPlaces = 60

// drawMap draws. A picture that fails costs the answer nothing but itself.
func (c *call) drawMap(title string, s spots) (out []Picture) {
	var err error
	defer c.guard(&err)
	m := picture.MapData{Title: title, In: c.p, Base: c.e.o.Base}
	for _, x := range s.points[:min(len(s.points), mapPlaces)] {
		m.Places = append(m.Places, picture.Place{Name: c.name(x.e), Lat: x.e.Lat, Lon: x.e.Lon, Count: x.n})
	}
	for _, x := range s.areas[:min(len(s.areas), mapPlaces)] {
		r := picture.Region{Name: c.name(x.e), Country: x.e.Country, Province: province(x.e.Type), Known: append([]string{x.e.Name}, x.e.Aliases...), Count: x.n}
		if r.Province && x.e.Located {
			r.Inside = &picture.Point{Lat: x.e.Lat, Lon: x.e.Lon}
		}
		m.Regions = append(m.Regions, r)
	}
	m.Names = c.provinceNames(s)
	png, err := picture.Map(m)
	if err != nil {
		c.e.o.Logger.Warn("a map was not drawn", "line", c.Request.Line, "error", err)
		return nil
	}
	return []Picture{pictureOf(png)}
}

// provinceNames are the provinces of the countries on the map, as the reader calls
// them, but for those that are shaded and named anyway.
func (c *call) provinceNames(s spots) (out []picture.Name) {
	countries, shaded := map[string]bool{}, map[*gazetteer.Entity]bool{}
	for _, x := range s.points {
		countries[x.e.Country] = true
	}
	for _, x := range s.areas {
		countries[x.e.Country], shaded[x.e] = true, true
	}
	for _, e := range c.e.o.Names.Entities() {
		if province(e.Type) && e.Located && countries[e.Country] && !shaded[e] {
			out = append(out, picture.Name{Text: c.name(e), Lat: e.Lat, Lon: e.Lon})
		}
	}
	return out
}
