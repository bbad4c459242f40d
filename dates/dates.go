// Package dates finds the dates that a running text names. It takes only what can be
// nothing else, and gives it as it stands: 2018-12-29, 12 March 2025, March 12,
// ١٢ آذار, Tuesday. It imports none of ours.
package dates

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Date is a date in a text.
type Date struct {
	// Start and End are byte offsets: text[Start:End] is the date as written.
	Start, End int
	// Day is its first day, midnight in UTC. It is zero where it hangs on the time of the
	// text, and that is not known.
	Day time.Time
	// Month says that a whole month is named, and no day of it.
	Month bool
	// Relative says that the text leaves something out, so that Day hangs on when it was
	// published: of a day without a year it is the nearest one, of a weekday the latest
	// up to then, or the next where it says so.
	Relative bool
}

// form is a way to write a date; its groups are named day, month, year or weekday.
type form struct{ pattern *regexp.Regexp }

var (
	monthNumbers = numbered([][]string{
		{"January|Jan", "February|Feb", "March|Mar", "April|Apr", "May", "June|Jun", "July|Jul", "August|Aug", "September|Sept|Sep", "October|Oct", "November|Nov", "December|Dec"},
		{"كانون الثاني|يناير", "شباط|فبراير", "آذار|مارس", "نيسان|أبريل|إبريل", "أيار|مايو", "حزيران|يونيو", "تموز|يوليو", "آب|أغسطس", "أيلول|سبتمبر", "تشرين الأول|أكتوبر", "تشرين الثاني|نوفمبر", "كانون الأول|ديسمبر"},
	})
	// weekdayNumbers begin with Sunday. In Arabic the word for day must stand before it,
	// since some of the names are numbers.
	weekdayNumbers = numbered([][]string{
		{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		{"يوم الأحد", "يوم الاثنين|يوم الإثنين", "يوم الثلاثاء", "يوم الأربعاء", "يوم الخميس", "يوم الجمعة", "يوم السبت"},
	})
	forms = []form{
		newForm(`(?P<year>D{4})-(?P<month>D{2})-(?P<day>D{2})`),
		newForm(`(?P<day>D{1,2})(?:st|nd|rd|th)? (?:of )?(?P<month>M)\.?(?:,? (?P<year>D{4}))?`),
		newForm(`(?P<month>M)\.? (?P<day>D{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>D{4}))?`),
		newForm(`(?P<month>M)\.?,? (?P<year>D{4})`),
		newForm(`(?P<weekday>W)`),
	}
)

// firstWords are those that names of months and weekdays begin with.
var firstWords = func() map[string]bool {
	out := map[string]bool{}
	for _, names := range []map[string]int{monthNumbers, weekdayNumbers} {
		for name := range names {
			first, _, _ := strings.Cut(name, " ")
			out[first] = true
		}
	}
	return out
}()

// numbered gives each name its place in its list, from 1.
func numbered(lists [][]string) map[string]int {
	out := map[string]int{}
	for _, list := range lists {
		for i, names := range list {
			for name := range strings.SplitSeq(names, "|") {
				out[name] = i + 1
			}
		}
	}
	return out
}

// newForm makes a form of a pattern in which D is a digit, M a month, W a weekday and a
// space any white space within a line.
func newForm(pattern string) form {
	names := func(m map[string]int) string {
		var list []string
		for name := range m {
			list = append(list, strings.ReplaceAll(name, " ", `[ \x{a0}]`))
		}
		// The longest first: March is not Mar.
		slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
		return strings.Join(list, "|")
	}
	pattern = strings.NewReplacer("D", `[0-9٠-٩]`, " ", `[ \x{a0}]`, "(?P<month>M)", "(?P<month>"+names(monthNumbers)+")", "(?P<weekday>W)", "(?P<weekday>"+names(weekdayNumbers)+")").Replace(pattern)
	return form{regexp.MustCompile("^(?:" + pattern + ")")}
}

// Find gives the dates of a text in its order. Published is when it was published; zero
// where that is not known.
func Find(text string, published time.Time) []Date {
	var out []Date
	before := rune(0)
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !wordy(before) && begins(text[at:], r) {
			if d, ok := longestAt(text, at, published); ok {
				out = append(out, d)
				before, at = last(text[:d.End]), d.End
				continue
			}
		}
		before, at = r, at+size
	}
	return out
}

// begins reports whether a date can begin with the next word, whose first letter is r.
func begins(text string, r rune) bool {
	if unicode.IsDigit(r) {
		return true
	}
	if !wordy(r) {
		return false
	}
	end := strings.IndexFunc(text, func(r rune) bool { return !wordy(r) })
	if end < 0 {
		end = len(text)
	}
	return firstWords[text[:end]]
}

// longestAt is the longest date that begins at a place of a text.
func longestAt(text string, at int, published time.Time) (best Date, found bool) {
	for _, f := range forms {
		groups := f.pattern.FindStringSubmatchIndex(text[at:min(at+longest, len(text))])
		for i := range groups {
			if groups[i] >= 0 {
				groups[i] += at
			}
		}
		if groups == nil {
			continue
		}
		if d, ok := f.read(text, groups, published); ok && (!found || d.End > best.End) {
			best, found = d, true
		}
	}
	return best, found
}

// longest is more than any date takes up, in bytes.
const longest = 80

// read makes a date of a match, if it can be nothing else.
func (f form) read(text string, at []int, published time.Time) (Date, bool) {
	group := func(name string) string {
		i := f.pattern.SubexpIndex(name)
		if i < 0 || at[2*i] < 0 {
			return ""
		}
		return strings.ReplaceAll(text[at[2*i]:at[2*i+1]], "\u00a0", " ")
	}
	d := Date{Start: at[0], End: at[1]}
	if name := group("weekday"); name != "" {
		return d, d.weekday(text, time.Weekday(weekdayNumbers[name]-1), published)
	}
	month, day, year := monthNumbers[group("month")], number(group("day")), number(group("year"))
	if month == 0 {
		month = number(group("month"))
	}
	if year != 0 && (year < firstYear || year > lastYear) {
		i := f.pattern.SubexpIndex("year")
		if group("day") == "" || at[2*i] == d.Start {
			return d, false
		}
		// What follows is no year but a number of something: 12 March 1200 people.
		year, d.End = 0, at[2*i]
		for d.End > d.Start && !wordy(last(text[:d.End])) {
			d.End -= utf8.RuneLen(last(text[:d.End]))
		}
	}
	if !alone(text, d.Start, d.End) {
		return d, false
	}
	if group("day") == "" {
		if number(lastWord(text[:d.Start])) != 0 {
			return d, false // 31 February 2023, which never was
		}
		d.Month, day = true, 1
	}
	return d, d.set(year, month, day, published)
}

// The years that are taken for one.
const firstYear, lastYear = 1800, 2199

// set finds the day; false where there is none such.
func (d *Date) set(year, month, day int, published time.Time) bool {
	of := func(year int) (time.Time, bool) {
		t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		return t, month >= 1 && month <= 12 && t.Day() == day
	}
	if year != 0 {
		t, ok := of(year)
		d.Day = t
		return ok
	}
	d.Relative = true
	if _, ok := of(2024); !ok || published.IsZero() { // a leap year
		return ok
	}
	for y := published.Year() - 1; y <= published.Year()+1; y++ {
		if t, ok := of(y); ok && (d.Day.IsZero() || t.Sub(published).Abs() < d.Day.Sub(published).Abs()) {
			d.Day = t
		}
	}
	return true
}

// before are the words with a capital that may stand before a weekday at the beginning of
// a sentence; any other makes a name of it, as in Black Friday.
var before = []string{"on", "last", "next", "this", "since", "by", "until", "from", "late", "early", "before", "after", "and", "or", "in"}

// weekday finds the day that a weekday means; false where it may be part of a name, or
// means every such day.
func (d *Date) weekday(text string, day time.Weekday, published time.Time) bool {
	if !alone(text, d.Start, d.End) {
		return false
	}
	word := lastWord(text[:d.Start])
	lower := strings.ToLower(word)
	if lower == "every" || lower == "each" || lower != word && !slices.Contains(before, lower) {
		return false
	}
	if next := firstWord(text[d.End:]); next != "" && unicode.IsUpper([]rune(next)[0]) {
		return false // Sunday Times
	}
	d.Relative = true
	if published.IsZero() {
		return true
	}
	t := published.UTC().Truncate(24 * time.Hour)
	back := (int(t.Weekday()) - int(day) + 7) % 7
	switch {
	case lower == "next":
		back -= 7
	case lower == "last" && back == 0:
		back = 7
	}
	d.Day = t.AddDate(0, 0, -back)
	return true
}

// alone reports whether nothing is written onto a part of a text that would make it
// something else: a letter, a digit, the rest of a number or of another date.
func alone(text string, start, end int) bool {
	b := last(text[:start])
	a, size := utf8.DecodeRuneInString(text[end:])
	if end == len(text) {
		a = 0
	}
	if wordy(b) || strings.ContainsRune("-/.,:+#", b) && b != 0 && wordy(last(strings.TrimRight(text[:start], "-/.,:+#"))) {
		return false
	}
	if a == 'T' { // 2018-12-29T09:00
		n, _ := utf8.DecodeRuneInString(text[end+size:])
		return unicode.IsDigit(n)
	}
	if wordy(a) || a == '%' || a == '°' {
		return false
	}
	n, _ := utf8.DecodeRuneInString(text[min(end+size, len(text)):])
	return !(strings.ContainsRune("-/.,:", a) && a != 0 && end+size < len(text) && unicode.IsDigit(n))
}

func wordy(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_')
}

func last(s string) rune {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// lastWord is the word that a text ends with, before a space; firstWord that which it
// goes on with.
func lastWord(s string) string {
	t := strings.TrimRight(s, " \u00a0")
	if len(t) == len(s) {
		return ""
	}
	i := strings.LastIndexFunc(t, func(r rune) bool { return !wordy(r) })
	if i >= 0 {
		_, size := utf8.DecodeRuneInString(t[i:])
		return t[i+size:]
	}
	return t
}

func firstWord(s string) string {
	t := strings.TrimLeft(s, " \u00a0")
	if len(t) == len(s) {
		return ""
	}
	if i := strings.IndexFunc(t, func(r rune) bool { return !wordy(r) }); i >= 0 {
		return t[:i]
	}
	return t
}

// number reads the digits of either script; 0 of none.
func number(s string) (n int) {
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n = 10*n + int(r-'0')
		case r >= '٠' && r <= '٩':
			n = 10*n + int(r-'٠')
		}
	}
	return n
}
