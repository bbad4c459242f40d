package query

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for in, want := range map[string][]Term{
		``:                       nil,
		`badia`:                  {{Text: "badia"}},
		`abu kamal`:              {{Text: "abu"}, {Text: "kamal"}},
		`"deir ez-zor" +sdf -x`:  {{Text: "deir ez-zor", Phrase: true}, {Mode: Must, Text: "sdf"}, {Mode: Not, Text: "x"}},
		`source:"Al Jazeera" q`:  {{Field: "source", Text: "Al Jazeera", Phrase: true}, {Text: "q"}},
		`PLACE:homs`:             {{Field: "place", Text: "homs"}},
		`10:30 at-tanf`:          {{Text: "10:30"}, {Text: "at-tanf"}},
		`a"b c"`:                 {{Text: "a"}, {Text: "b c", Phrase: true}},
		`“abu kamal” x`:          {{Text: "abu kamal", Phrase: true}, {Text: "x"}},
		`البادية -داعش`:          {{Text: "البادية"}, {Mode: Not, Text: "داعش"}},
		`hospi* +civil*`:         {{Text: "hospi", Prefix: true}, {Mode: Must, Text: "civil", Prefix: true}},
		`near:"Deir Ezzor"<50km`: {{Field: "near", Text: "Deir Ezzor", Phrase: true, Within: Radius{50, "km"}}},
		`near:حمص<٣٠ميل`:         {{Field: "near", Text: "حمص", Within: Radius{30, "mi"}}},
		`a OR b c`:               {{Any: [][]Term{{{Text: "a"}}, {{Text: "b"}}}}, {Text: "c"}},
		`(a -b) OR "c d"`:        {{Any: [][]Term{{{Text: "a"}, {Mode: Not, Text: "b"}}, {{Text: "c d", Phrase: true}}}}},
		`x -(+a +b)`:             {{Text: "x"}, {Mode: Not, Any: [][]Term{{{Mode: Must, Text: "a"}, {Mode: Must, Text: "b"}}}}},
	} {
		got, err := Parse(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if d := cmp.Diff(want, got.Terms); d != "" {
			t.Errorf("%s: %s", in, d)
		}
	}
}

// There is one way to write each query, and it is the shortest.
func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		`(hajin)`:                       `hajin`,
		`((hajin) baghuz)`:              `hajin baghuz`,
		`hajin OR (baghuz OR susah)`:    `hajin OR baghuz OR susah`,
		`hajin | baghuz`:                `hajin OR baghuz`,
		`hajin OR hajin`:                `+hajin`,
		`(hajin OR baghuz)`:             `hajin OR baghuz`,
		`x (hajin OR baghuz) y`:         `x hajin OR baghuz y`,
		`(a b) OR c`:                    `a OR b OR c`,
		`(a +b) OR c`:                   `(a +b) OR c`,
		`(a "b") OR c`:                  `(a "b") OR c`,
		`+(a b)`:                        `a OR b`,
		`+(a "b")`:                      `a "b"`,
		`+(a -b)`:                       `+a -b`,
		`x -(a b)`:                      `x -a -b`,
		`x -(a OR b)`:                   `x -a -b`,
		`x -(a +b)`:                     `x -b`,
		`x -(a -b)`:                     `x -(+a -b)`,
		`+(a place:homs)`:               `+a place:homs`,
		`+(a b source:x -c)`:            `a OR b source:x -c`,
		`x -(a place:homs)`:             `x -(+a place:homs)`,
		`x -(-a)`:                       `x +a`,
		`x --a`:                         `x +a`,
		`x -+-a`:                        `x +a`,
		`x -(-a -b)`:                    `x a OR b`,
		`x -(-(+a +b) -c)`:              `x (+a +b) OR c`,
		`++x`:                           `+x`,
		`hajin HAJIN hajin`:             `hajin`,
		`hajin +hajin`:                  `+hajin`,
		`+"a b" +place:homs`:            `"a b" place:homs`,
		`() x "" (())`:                  `x`,
		`()`:                            ``,
		`""`:                            ``,
		`source:Reuters x`:              `source:Reuters x`,
		`title:"two  words"`:            `title:"two words"`,
		`place:"a(b)"`:                  `place:"a(b)"`,
		`x sort:NEWEST`:                 `x sort:new`,
		`since:7d x until:2018-12-31`:   `x since:7d until:2018-12-31`,
		`x since:last week y`:           `x y since:"last week"`,
		`x since:"3 days ago"`:          `x since:"3 days ago"`,
		`x since:14 december 2018 -y`:   `x -y since:"14 december 2018"`,
		`hajin since monday`:            `hajin since:monday`,
		`hajin since the war`:           `hajin since the war`,
		`hajin since (monday)`:          `hajin since:monday`,
		`hajin "since" monday`:          `hajin "since" monday`,
		`hajin until last week`:         `hajin until:"last week"`,
		`هجين منذ الاثنين`:              `هجين since:الاثنين`,
		`hajin from 2018-09 to 2018-12`: `hajin since:2018-09 until:2018-12`,
		`from homs to hama`:             `from homs to hama`,
		`near:hajin<31.07mi`:            `near:hajin<31.07mi`,
		`near:"Al Qa'im"<050km`:         `near:"Al Qa'im"<50km`,
		`"OR" "+x" "place:y" "a*"`:      `"OR" "+x" "place:y" "a*"`,
		`or and not`:                    `or and not`,
		`a-b c:d 5+3`:                   `a-b c:d 5+3`,
		`title:offens*`:                 `title:offens*`,
	} {
		q, err := Parse(in)
		if err != nil || q.String() != want {
			t.Errorf("%s is %s (%v), want %s", in, q, err, want)
			continue
		}
		again, err := Parse(q.String())
		again.Question = q.Question
		if d := cmp.Diff(q, again); err != nil || d != "" {
			t.Errorf("%s: %s does not come back: %v %s", in, q, err, d)
		}
	}
}

// A question in plain words keeps what it is about and when.
func TestQuestions(t *testing.T) {
	for in, want := range map[string]string{
		`what happened in Deir Ezzor since Monday?`:        `Deir Ezzor since:monday`,
		`What is happening in Hajin?`:                      `Hajin`,
		`who controls Baghuz`:                              `who controls Baghuz`,
		`who has control of Baghuz?`:                       `control Baghuz`,
		`any news about the SDF yesterday?`:                `SDF since:yesterday until:yesterday`,
		`What did the WHO report last week?`:               `WHO since:"last week" until:"last week"`,
		`what happened in Hajin in December 2018?`:         `Hajin since:"december 2018" until:"december 2018"`,
		`what happened in the last 3 days in Raqqa?`:       `Raqqa since:"last 3 days"`,
		`what happened between 2018-09-10 and 2018-09-12?`: `since:2018-09-10 until:2018-09-12`,
		`what happened on Friday?`:                         `since:friday until:friday`,
		`may the convoy leave Rukban?`:                     `may convoy leave Rukban`,
		`who?`:                                             `who`,
		`WHO is in Hajin`:                                  `WHO is in Hajin`,
		`what about "Abu Kamal" -idlib since 2018?`:        `"Abu Kamal" -idlib since:2018`,
		`ماذا حدث في دير الزور منذ الاثنين؟`:               `دير الزور since:الاثنين`,
		`ما آخر أخبار الباغوز أمس؟`:                        `الباغوز since:أمس until:أمس`,
		`ماذا جرى في هجين خلال الأسبوع الماضي؟`:            `هجين since:"الأسبوع الماضي" until:"الأسبوع الماضي"`,
		`هل هناك قتال في البوكمال؟`:                        `قتال البوكمال`,
	} {
		q, err := Parse(in)
		if err != nil || q.String() != want {
			t.Errorf("%s is %s (%v), want %s", in, q, err, want)
		}
	}
	for in, want := range map[string][3]string{
		`badia since last week`:                   {"badia", "last week", ""},
		`what is going on in "Abu Kamal" -idlib?`: {`"Abu Kamal" -idlib`, "", ""},
		`البادية منذ أسبوع`:                       {"البادية", "أسبوع", ""},
		`"since monday"`:                          {`"since monday"`, "", ""},
		`"open`:                                   {`"open`, "", ""},
		`deir ez-zor  governorate`:                {"deir ez-zor  governorate", "", ""},
		`Tripoli, Lebanon until 2018-12`:          {"Tripoli, Lebanon", "", "2018-12"},
	} {
		if rest, since, until := Topic(in); want != [3]string{rest, since, until} {
			t.Errorf("%s: %q %q %q, want %q", in, rest, since, until, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	long := "xx -("
	for i := range MaxTerms - 1 {
		long += strings.Repeat("y", 14) + string(rune('a'+i)) + " "
	}
	long += ")"
	for in, want := range map[string]struct {
		pos  int
		said string
	}{
		`badia "open`:                        {7, `add the other "`},
		`homs + x`:                           {6, "stands alone"},
		`homs +`:                             {6, "stands alone"},
		`source: x`:                          {8, `as in source:"Al Jazeera"`},
		`place:(homs OR hama)`:               {7, "as in place:badia"},
		`sort: x`:                            {6, "as in sort:new"},
		strings.Repeat("a ", MaxTerms) + "x": {2*MaxTerms + 1, "more than 16 terms"},
		strings.Repeat("a", MaxRunes+1):      {MaxRunes + 1, "the limit is 256"},
		`-raqqa`:                             {1, "what must not be there"},
		`  -raqqa -homs sort:new`:            {3, "what must not be there"},
		`-(raqqa homs)`:                      {1, "what must not be there"},
		`((`:                                 {2, "is not closed"},
		`(a (b)`:                             {1, "is not closed"},
		`a) b`:                               {2, "was never opened"},
		`a AND OR b`:                         {3, "AND is not needed"},
		`AND OR`:                             {1, "AND is not needed"},
		`a OR OR b`:                          {3, "nothing stands behind this OR"},
		`OR b`:                               {1, "nothing stands before this OR"},
		`(OR b)`:                             {2, "nothing stands before this OR"},
		`a OR`:                               {3, "nothing stands behind this OR"},
		`(a OR) b`:                           {4, "nothing stands behind this OR"},
		`a OR ()`:                            {6, "nothing stands here"},
		`a OR -b`:                            {6, "OR cannot join"},
		`(-a) OR b`:                          {1, "OR cannot join"},
		`a NOT b`:                            {3, "write - right before"},
		`x +()`:                              {4, "nothing stands behind + or -"},
		`(((((a)))))`:                        {5, "more than 4 parentheses"},
		`*a*`:                                {1, "cannot begin with *"},
		`x *`:                                {3, "cannot begin with *"},
		`ho*tal`:                             {3, "only stand at the end"},
		`ho*`:                                {3, "at least 3 letters"},
		`x إل*`:                              {5, "at least 3 letters"},
		`place:hom*`:                         {10, "write the value of place whole"},
		`/.*/`:                               {1, "regular expressions"},
		`near:hajin`:                         {6, "near:hajin<50km"},
		`near:hajin<50`:                      {6, "near:hajin<50km"},
		`near:hajin<900km`:                   {11, "goes from 1 to 500 km"},
		`near:hajin<0km`:                     {11, "goes from 1 to 500 km"},
		`x since:soon`:                       {3, `"soon" is no time`},
		`x since:7d since:8d`:                {12, "since: is there twice"},
		`x (y since:7d)`:                     {6, "holds for the whole query"},
		`x OR since:7d`:                      {6, "holds for the whole query"},
		`-since:7d x`:                        {2, "holds for the whole query"},
		`x sort:size`:                        {3, "sorted by new, old, best or news"},
		long:                                 {0, "written out"},
	} {
		_, err := Parse(in)
		e, ok := err.(*Error)
		if !ok || e.Pos != want.pos || !strings.Contains(e.Error(), want.said) {
			t.Errorf("%.30s: %v, want an error at %d that says %q", in, err, want.pos, want.said)
		}
	}
	if q, err := Beside(`-raqqa`); err != nil || q.String() != "-raqqa" {
		t.Errorf("beside a name, -raqqa is %s (%v)", q, err)
	}
}

func TestMark(t *testing.T) {
	long := strings.Repeat("x", 60)
	for _, c := range []struct {
		typed string
		pos   int
		want  string
	}{
		{"homs ( raqqa", 6, "homs ▸( raqqa"},
		{"place:", 7, "place:▸"},
		{"", 1, "▸"},
		{"حمص (", 5, "حمص ▸("},
		{long + "(" + long, 61, "…" + long[:40] + "▸(" + long[:29] + "…"},
		{"homs", 0, "homs"},
		{"homs", 99, "homs"},
	} {
		if got := (&Error{Pos: c.pos}).Mark(c.typed); got != c.want {
			t.Errorf("%q at %d: %q, want %q", c.typed, c.pos, got, c.want)
		}
	}
}

// What a query says is said again by its canonical form, and an error tells of a
// place within the text.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`badia`, `+"deir ez-zor" -x source:"a b"`, `place:"x`, `"" + - :`, `title:-x`, `-"a"b`, `++x`, `--`, `id:""`,
		`(a OR b) -(c +d) e* near:hajin<50km`, `((a`, `AND OR`, `a OR -(-b)`, `since monday`, `what happened in x since:last week?`, `since () monday`, `منذ أسبوع`,
		`-(-(a -b) -"c d")`, `a|b`, `sort:new until:"3 days ago" q`, `from 2018 to 2019`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		Topic(s)
		q, err := Parse(s)
		if err != nil {
			e, ok := err.(*Error)
			if n := utf8.RuneCountInString(strings.ToValidUTF8(s, "\uFFFD")); !ok || e.Pos < 0 || e.Pos > n+1 {
				t.Fatalf("%q: %v lies outside of %d characters", s, err, n)
			}
			e.Mark(s)
			return
		}
		again, err := Parse(q.String())
		if err != nil {
			t.Fatalf("%q → %q: %v", s, q.String(), err)
		}
		again.Question = q.Question
		if d := cmp.Diff(q, again); d != "" {
			t.Fatalf("%q → %q → %q: %s", s, q.String(), again.String(), d)
		}
	})
}
