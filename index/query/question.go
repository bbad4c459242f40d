package query

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sinceWords, untilWords, fromWords, toWords and inWords stand before times.
var (
	sinceWords = []string{"since", "منذ"}
	untilWords = []string{"until", "till", "حتى"}
	fromWords  = []string{"from", "between", "من", "بين"}
	toWords    = []string{"to", "until", "till", "and", "إلى", "الى", "حتى", "و"}
	inWords    = []string{"in", "on", "during", "over", "within", "في", "خلال"}
)

// askWords begin a question, helpWords follow them.
var (
	askWords  = []string{"what", "who", "whom", "whose", "which", "where", "when", "why", "how"}
	helpWords = []string{"is", "are", "was", "were", "has", "have", "had", "do", "does", "did", "happened", "happens", "can", "could", "will", "about", "many", "much", "kind", "going"}
	yesNoAsk  = []string{"is", "are", "was", "were", "has", "have", "did", "does", "do", "هل"}
	arabicAsk = []string{"ماذا", "لماذا", "كيف", "متى", "أين", "اين", "هل", "ما", "من", "كم", "أي"}
	arabicDid = []string{"حدث", "يحدث", "جرى", "يجري", "حصل", "يحصل", "هو", "هي", "هم", "الذي", "آخر", "أخبار", "كان", "تم", "وقع"}
)

// emptyWords are the words of a question that tell of nothing that a dispatch
// would: they are left out of it.
var emptyWords = slices.Concat(askWords, yesNoAsk, helpWords, arabicAsk, arabicDid, inWords, []string{
	"happening", "happen", "on", "there", "any", "anything", "something", "latest", "tell", "me", "us", "show", "give", "know", "known", "we", "you", "i", "please",
	"news", "report", "reports", "reported", "update", "updates", "situation", "now", "been", "be", "being",
	"at", "of", "the", "a", "an", "to", "from", "for", "with", "by", "near", "around", "and", "or", "it", "this", "that", "these", "those", "as", "up", "new",
	"عن", "على", "إلى", "الى", "مع", "هناك", "الأخبار", "الاخبار", "جديد", "الجديد", "الوضع", "أحدث", "آخر", "لي", "أخبرني", "ذلك", "هذا", "هذه", "التي", "الآن",
})

// settler takes out of the tokens what a query has once, since:, until: and
// sort:, and what says the same in plain words.
type settler struct {
	q      Query
	tokens []token
	kept   []token
	depth  int
}

func settle(tokens []token) (Query, []token, error) {
	s := settler{tokens: tokens}
	question := asks(tokens)
	for len(s.tokens) > 0 {
		t := s.tokens[0]
		switch t.kind {
		case open:
			s.depth++
		case shut:
			s.depth--
		}
		switch {
		case t.kind == field && isSetting(t.name):
			if err := s.setting(t); err != nil {
				return Query{}, nil, err
			}
		case t.kind != word || s.depth != 0 || s.joined() || !s.plain(question):
			s.keep(1)
		}
	}
	if question {
		s.leaveOut()
	}
	return s.q, s.kept, nil
}

func (s *settler) keep(n int) {
	s.kept = append(s.kept, s.tokens[:n]...)
	s.tokens = s.tokens[n:]
}

// joined reports whether the next token belongs to a sign or to an OR.
func (s *settler) joined() bool {
	n := len(s.kept)
	return n > 0 && (s.kept[n-1].kind == sign || s.kept[n-1].kind == either) || len(s.tokens) > 1 && s.tokens[1].kind == either
}

// setting reads since:, until: or sort:.
func (s *settler) setting(t token) error {
	if n := len(s.kept); s.depth > 0 || n > 0 && s.kept[n-1].kind == sign || s.joined() {
		return wrongAt(t.pos, "%s holds for the whole query: write it outside of parentheses, without + or -, and not beside OR", t.name+":")
	}
	s.tokens = s.tokens[1:]
	to := map[string]*string{"since": &s.q.Since, "until": &s.q.Until, "sort": &s.q.Sort}[t.name]
	if *to != "" {
		return wrongAt(t.pos, "%s is there twice: leave one out", t.name+":")
	}
	if t.name == "sort" {
		order, ok := Order(t.text)
		if !ok {
			return wrongAt(t.pos, "sort:%s: hits are sorted by new, old, best or news", clipped(t.text))
		}
		*to = order
		return nil
	}
	if *to = t.text; !t.quoted {
		if n := CutTime(append([]string{t.text}, s.words()...)); n > 1 {
			*to = strings.Join(append([]string{t.text}, s.words()[:n-1]...), " ")
			s.tokens = s.tokens[n-1:]
		}
	}
	if _, err := ParseTime(*to, someDay, someDay.Location()); err != nil {
		return wrongAt(t.pos, "%s %v", t.name+":", err)
	}
	return nil
}

// Order is the canonical name of an order of hits.
func Order(typed string) (string, bool) {
	switch s := strings.ToLower(typed); s {
	case "new", "old", "best", "news":
		return s, true
	case "newest":
		return "new", true
	case "oldest":
		return "old", true
	}
	return "", false
}

// words are the texts of the words that come next, with no sign or OR among them.
func (s *settler) words() (out []string) {
	for i, t := range s.tokens {
		if t.kind != word || len(out) == longestTime || i+1 < len(s.tokens) && s.tokens[i+1].kind == either {
			break
		}
		out = append(out, t.text)
	}
	return out
}

// plain reads "since monday", "until 2018", "from monday to friday", and in a
// question "yesterday" and "in december 2018".
func (s *settler) plain(question bool) bool {
	words := s.words()
	if len(words) == 0 {
		return false
	}
	first, rest := bareText(words[0]), words[1:]
	n := CutTime(rest)
	switch {
	case n > 0 && s.q.Since == "" && slices.Contains(sinceWords, first):
		return s.take(&s.q.Since, nil, 1, n)
	case n > 0 && s.q.Until == "" && slices.Contains(untilWords, first):
		return s.take(&s.q.Until, nil, 1, n)
	case n > 0 && n < len(rest) && s.q.Since == "" && s.q.Until == "" && slices.Contains(fromWords, first) && slices.Contains(toWords, bareText(rest[n])):
		if m := CutTime(rest[n+1:]); m > 0 {
			s.take(&s.q.Since, nil, 1, n)
			return s.take(&s.q.Until, nil, 1, m)
		}
	}
	if !question || s.q.Since != "" || s.q.Until != "" {
		return false
	}
	skip := 0
	if slices.Contains(inWords, first) {
		skip = 1
		for skip < len(words) && (bareText(words[skip]) == "the" || bareText(words[skip]) == "شهر") {
			skip++
		}
	}
	if n = CutTime(words[skip:]); n == 0 || skip == 0 && n == 1 && !certain(words[0]) {
		return false
	}
	said := strings.Join(words[skip:skip+n], " ")
	if IsLength(said) {
		return s.take(&s.q.Since, nil, skip, n)
	}
	return s.take(&s.q.Since, &s.q.Until, skip, n)
}

// take moves n words behind the next ones into since or until.
func (s *settler) take(to, also *string, skip, n int) bool {
	*to = bareText(strings.Join(s.words()[skip:skip+n], " "))
	if also != nil {
		*also = *to
	}
	s.tokens = s.tokens[skip+n:]
	s.q.Question = true
	return true
}

// certain reports whether a word that stands alone can only mean a day.
func certain(text string) bool {
	w := plain(text)
	_, day := weekday(w)
	return day && len(w) > 3 || w == "today" || w == "yesterday"
}

// longestTime is how many words a time can have.
const longestTime = 6

// CutTime is how many of the first words make a time, the most that do; 0: none.
func CutTime(words []string) int {
	for n := min(len(words), longestTime); n > 0; n-- {
		said := plain(strings.Join(words[:n], " "))
		if n == 1 && unit(bareText(words[0])) != "" {
			continue // "since day one"
		}
		if _, err := ParseTime(said, someDay, someDay.Location()); err == nil {
			return n
		}
	}
	return 0
}

// WholeTime reports whether words that stand alone can only mean a time: "last
// week" and yesterday, but neither 2018 nor may.
func WholeTime(s string) bool {
	words := strings.Fields(s)
	return CutTime(words) == len(words) && (len(words) > 1 || len(words) == 1 && certain(words[0]))
}

// asks reports whether the tokens are a question in plain words.
func asks(tokens []token) bool {
	var words []string
	for _, t := range tokens {
		if t.kind == word {
			words = append(words, t.text)
		}
	}
	n := len(words)
	if n == 0 {
		return false
	}
	if last := tokens[len(tokens)-1]; last.kind == word && strings.HasSuffix(strings.TrimRight(last.text, ".!"), "?") || strings.HasSuffix(last.text, "؟") && last.kind == word {
		return true
	}
	if n < 2 || shouted(words[0]) {
		return false
	}
	first, second := bareText(words[0]), bareText(words[1])
	return slices.Contains(askWords, first) && slices.Contains(helpWords, second) || slices.Contains(arabicAsk, first) && slices.Contains(arabicDid, second)
}

// shouted reports whether a word stands in capitals: WHO is an organization.
func shouted(w string) bool {
	return utf8.RuneCountInString(w) > 2 && w == strings.ToUpper(w) && w != strings.ToLower(w)
}

// leaveOut drops the words of a question that tell of nothing, unless nothing
// would be left.
func (s *settler) leaveOut() {
	var out []token
	depth, left := 0, 0
	for i, t := range s.kept {
		switch t.kind {
		case open:
			depth++
		case shut:
			depth--
		}
		free := depth == 0 && (i == 0 || s.kept[i-1].kind != sign && s.kept[i-1].kind != either) && (i+1 == len(s.kept) || s.kept[i+1].kind != either)
		if t.kind == word {
			if free && slices.Contains(emptyWords, bareText(t.text)) && !shouted(t.text) {
				continue
			}
			if bare := strings.TrimRight(t.text, "?؟.,،!;؛"); bare != "" {
				t.text = bare
			} else if free {
				continue
			}
		}
		left++
		out = append(out, t)
	}
	if left > 0 || s.q.Since != "" || s.q.Until != "" {
		s.q.Question = s.q.Question || len(out) < len(s.kept)
		s.kept = out
		return
	}
	for i := range s.kept {
		if t := strings.TrimRight(s.kept[i].text, "?؟"); t != "" {
			s.kept[i].text = t
		}
	}
}

// bareText is a word in lower case, without the signs around it.
func bareText(s string) string {
	return strings.ToLower(strings.TrimFunc(s, func(r rune) bool { return unicode.IsPunct(r) }))
}

// Topic takes the time out of what is asked in plain words, and of a question
// the words that tell of nothing: "what happened in Hajin since monday?" is
// Hajin, since monday. What is no such question, or cannot be read, comes back
// as it is.
func Topic(s string) (rest, since, until string) {
	text := straight.Replace(strings.ToValidUTF8(s, "\uFFFD"))
	if utf8.RuneCountInString(text) > MaxRunes {
		return s, "", ""
	}
	tokens, err := lex(text)
	if err != nil {
		return s, "", ""
	}
	q, kept, err := settle(tokens)
	if err != nil || !q.Question || q.Sort != "" {
		return s, "", ""
	}
	var b strings.Builder
	for i, t := range kept {
		if i > 0 && kept[i-1].end < t.start {
			b.WriteByte(' ')
		}
		if t.kind == word {
			b.WriteString(t.text)
		} else {
			b.WriteString(text[t.start:t.end])
		}
	}
	return b.String(), q.Since, q.Until
}
