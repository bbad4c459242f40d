package query

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parse reads a query. It returns an *Error for what cannot be meant: one that
// only excludes is none either.
func Parse(s string) (Query, error) {
	q, tokens, err := parse(s)
	if err == nil && len(q.Terms) > 0 && onlyNot(q.Terms) {
		i := slices.IndexFunc(tokens, func(t token) bool { return t.kind == sign })
		return Query{}, wrongAt(tokens[i].pos, "everything here says what must not be there: add a word for what is looked for")
	}
	return q, err
}

// Beside reads what is asked for beside a name: it may only exclude.
func Beside(s string) (Query, error) {
	q, _, err := parse(s)
	return q, err
}

func parse(s string) (Query, []token, error) {
	text := straight.Replace(strings.ToValidUTF8(s, "\uFFFD"))
	if n := utf8.RuneCountInString(text); n > MaxRunes {
		return Query{}, nil, wrongAt(MaxRunes+1, "the query has %d characters, the limit is %d: leave some words out", n, MaxRunes)
	}
	q, tokens, err := once(text)
	if err != nil {
		return Query{}, nil, err
	}
	// Written simply, words can stand side by side that did not before, and be read
	// as a time, or be too long. Each round leaves fewer words.
	for range MaxTerms {
		canonical := q.String()
		again, _, err := once(canonical)
		if n := utf8.RuneCountInString(canonical); n > MaxRunes || err != nil {
			return Query{}, nil, Wrong("written out, the query has more than %d characters or %d parentheses in one another: ask for less at once", MaxRunes, MaxDepth)
		}
		again.Question = q.Question
		if again.String() == canonical {
			return again, tokens, nil
		}
		q = again
	}
	return Query{}, nil, Wrong("written out, the query has more than %d characters or %d parentheses in one another: ask for less at once", MaxRunes, MaxDepth)
}

func once(text string) (Query, []token, error) {
	tokens, err := lex(text)
	if err != nil {
		return Query{}, nil, err
	}
	q, kept, err := settle(tokens)
	if err != nil {
		return Query{}, nil, err
	}
	p := parser{tokens: kept}
	if q.Terms, err = p.sequence(0); err != nil {
		return Query{}, nil, err
	}
	if t := p.peek(); t != nil {
		return Query{}, nil, wrongAt(t.pos, "the parenthesis that closes here was never opened: leave it out, or add (")
	}
	return q, tokens, nil
}

type parser struct {
	tokens []token
	terms  int
}

func (p *parser) peek() *token {
	if len(p.tokens) == 0 {
		return nil
	}
	return &p.tokens[0]
}

// sequence reads items up to the end or to what closes them.
func (p *parser) sequence(depth int) ([]Term, error) {
	var terms []Term
	for t := p.peek(); t != nil && t.kind != shut; t = p.peek() {
		item, err := p.item(depth)
		if err != nil {
			return nil, err
		}
		terms = append(terms, item...)
	}
	return tidy(terms), nil
}

// item reads an operand and those that OR joins to it.
func (p *parser) item(depth int) ([]Term, error) {
	first, err := p.operand(depth)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t == nil || t.kind != either {
		return first.terms, nil
	}
	alts := []operand{first}
	for t := p.peek(); t != nil && t.kind == either; t = p.peek() {
		p.tokens = p.tokens[1:]
		if n := p.peek(); n == nil || n.kind == shut || n.kind == either {
			return nil, wrongAt(t.pos, "nothing stands behind this OR: it joins two things, as in hajin OR baghuz")
		}
		next, err := p.operand(depth)
		if err != nil {
			return nil, err
		}
		alts = append(alts, next)
	}
	var list [][]Term
	for _, a := range alts {
		switch {
		case len(a.terms) == 0:
			return nil, wrongAt(a.pos, "nothing stands here, and OR joins two things, as in hajin OR baghuz")
		case onlyNot(a.terms):
			return nil, wrongAt(a.pos, "OR cannot join what must not be there: say beside it what is looked for, as in (hajin -raqqa) OR baghuz")
		}
		list = append(list, a.terms)
	}
	return anyOf(list), nil
}

// operand is what OR can join, and where it begins.
type operand struct {
	terms []Term
	pos   int
}

func (p *parser) operand(depth int) (operand, error) {
	o := operand{pos: p.peek().pos}
	signed, not := false, false
	for t := p.peek(); t != nil && t.kind == sign; t = p.peek() {
		signed, not = true, not != (t.text == "-")
		p.tokens = p.tokens[1:]
	}
	t := p.peek()
	if t == nil || t.kind == shut { // its sign stood before since: or the like
		return o, wrongAt(o.pos, "+ or - stands alone: write the word right behind it")
	}
	p.tokens = p.tokens[1:]
	var err error
	switch t.kind {
	case either:
		return o, wrongAt(t.pos, "nothing stands before this OR: it joins two things, as in hajin OR baghuz")
	case open:
		o.terms, err = p.group(*t, depth)
	default:
		o.terms, err = p.leaf(t)
	}
	switch {
	case err != nil:
	case signed && len(o.terms) == 0:
		err = wrongAt(t.pos, "nothing stands behind + or - here: write the word right behind it")
	case not:
		o.terms = unwanted(o.terms)
	case signed:
		o.terms = required(o.terms)
	}
	return o, err
}

// group reads what stands in parentheses, behind the one that opens them.
func (p *parser) group(at token, depth int) ([]Term, error) {
	if depth == MaxDepth {
		return nil, wrongAt(at.pos, "more than %d parentheses in one another: leave some out", MaxDepth)
	}
	terms, err := p.sequence(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.peek() == nil {
		return nil, wrongAt(at.pos, "the parenthesis that opens here is not closed: add )")
	}
	p.tokens = p.tokens[1:]
	return terms, nil
}

// leaf reads a word, a phrase or a field.
func (p *parser) leaf(t *token) ([]Term, error) {
	if t.text == "" && t.kind == quote {
		return nil, nil
	}
	if p.terms++; p.terms > MaxTerms {
		return nil, wrongAt(t.pos, "more than %d terms: leave some out, or put words that belong together in quotes", MaxTerms)
	}
	term := Term{Text: t.text}
	var err error
	switch t.kind {
	case quote:
		term.Phrase = true
	case field:
		term.Field = t.name
		term.Phrase = strings.Contains(t.text, " ")
		err = term.fieldValue(t)
	default:
		err = term.word(t.pos, t.text)
	}
	return []Term{term}, err
}

// word reads a bare word, with or without * at its end.
func (t *Term) word(pos int, text string) error {
	if len(text) > 2 && text[0] == '/' && text[len(text)-1] == '/' {
		return wrongAt(pos, "regular expressions are not searched for: write words, or the beginning of a word with * behind it")
	}
	i := strings.IndexByte(text, '*')
	if i < 0 {
		return nil
	}
	at := pos + utf8.RuneCountInString(text[:i])
	switch {
	case i == 0:
		return wrongAt(at, "a word cannot begin with *: write the letters that it begins with and * behind them")
	case i < len(text)-1:
		return wrongAt(at, "* can only stand at the end of a word")
	case begun(text[:i]) < MinPrefix:
		return wrongAt(at, "* needs at least %d letters of a word before it", MinPrefix)
	}
	t.Text, t.Prefix = text[:i], true
	return nil
}

// begun counts the letters and digits of the word that a text ends in.
func begun(text string) (n int) {
	for i := len(text); i > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		switch i -= size; {
		case unicode.IsLetter(r), unicode.IsNumber(r):
			n++
		case unicode.Is(unicode.M, r), r == '\'', r == '’':
		default:
			return n
		}
	}
	return n
}

func (t *Term) fieldValue(at *token) error {
	first := at.pos + utf8.RuneCountInString(at.name) + 1
	switch {
	case t.Field == "near":
		return t.distance(first, at.text)
	case at.quoted:
		return nil
	case t.Field == "title":
		return t.word(first, at.text)
	}
	if i := strings.IndexByte(at.text, '*'); i >= 0 {
		return wrongAt(first+utf8.RuneCountInString(at.text[:i]), "* works for words alone: write the value of %s whole", t.Field)
	}
	return nil
}

var distance = regexp.MustCompile(`^(.*\S)\s*<\s*([0-9٠-٩]{1,4}(?:\.[0-9]{1,2})?)(?i:(km|mi|كم|ميل))$`)

// distance reads place<50km.
func (t *Term) distance(pos int, text string) error {
	f := distance.FindStringSubmatch(text)
	if f == nil {
		return wrongAt(pos, "near: needs a place and a distance in km or mi, as in %s", example("near"))
	}
	n, err := strconv.ParseFloat(plain(f[2]), 64)
	t.Text, t.Within = f[1], Radius{n, strings.ToLower(f[3])}
	switch t.Within.Unit {
	case "كم":
		t.Within.Unit = "km"
	case "ميل":
		t.Within.Unit = "mi"
	}
	t.Phrase = strings.Contains(t.Text, " ")
	if km := t.Within.Km(); err != nil || km <= 0 || km > MaxRadius {
		return wrongAt(pos+utf8.RuneCountInString(f[1]), "the distance of near: goes from 1 to %d km", MaxRadius)
	}
	return nil
}
