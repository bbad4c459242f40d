package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"sitrep/news"
)

// wireRecord is a record as JSON carries it. Absent and null are the same: empty.
type wireRecord struct {
	ID        wireID `json:"id"`
	OriginID  wireID `json:"origin_id"`
	Title     string `json:"title"`
	Body      string `json:"body"`
	Source    string `json:"source"`
	URL       string `json:"url"`
	Published string `json:"published"`
	Lang      string `json:"lang"`
	Place     string `json:"place"`
	Filed     string `json:"filed"`
	Standing  string `json:"standing"`
	Scope     string `json:"scope"`
	Origin    *struct {
		Kind string `json:"kind"`
		Feed string `json:"feed"`
		Item string `json:"item"`
	} `json:"origin"`
}

// wireID is an id: a text, or a number as it is written.
type wireID string

func (id *wireID) UnmarshalJSON(b []byte) error {
	switch c := b[0]; {
	case c == '"':
		return json.Unmarshal(b, (*string)(id))
	case c == 'n':
		return nil
	case c == '-' || c >= '0' && c <= '9':
		*id = wireID(b)
		return nil
	}
	return fmt.Errorf("id is %s, a text or a number is wanted", jsonKind(b))
}

// jsonKind names what a JSON value is.
func jsonKind(b []byte) string {
	if len(b) == 0 {
		return "nothing"
	}
	switch b[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

// parseJSON reads one object; offset is where in raw the fault is.
func parseJSON(raw []byte) (r record, offset int, err error) {
	raw = bytes.TrimSpace(raw)
	var w wireRecord
	if err := json.Unmarshal(raw, &w); err != nil {
		var wrongType *json.UnmarshalTypeError
		var syntax *json.SyntaxError
		switch {
		case errors.As(err, &syntax):
			return r, int(syntax.Offset) - 1, errors.New(syntaxReason(syntax))
		case errors.As(err, &wrongType) && wrongType.Field == "":
			return r, 0, fmt.Errorf("%s, an object in braces is wanted", jsonKind(raw))
		case errors.As(err, &wrongType):
			want := "a text"
			if wrongType.Field == "origin" {
				want = "an object"
			}
			return r, int(wrongType.Offset) - 1, fmt.Errorf("%s is %s, %s is wanted", wrongType.Field, goodKind(wrongType.Value), want)
		}
		return r, 0, err
	}
	if raw[0] == 'n' {
		return r, 0, errors.New("null, an object in braces is wanted")
	}
	r = record{
		id: string(w.ID), originID: string(w.OriginID), title: w.Title, body: w.Body, source: w.Source, url: w.URL,
		published: w.Published, lang: w.Lang, place: w.Place, filed: w.Filed, standing: w.Standing, scope: w.Scope,
	}
	if w.Origin != nil {
		r.given = &news.Origin{Kind: w.Origin.Kind, Feed: w.Origin.Feed, Item: w.Origin.Item}
	}
	return r, 0, nil
}

// goodKind turns encoding/json's word for a value into ours.
func goodKind(value string) string {
	kind, _, _ := strings.Cut(value, " ")
	switch kind {
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "bool":
		return "true or false"
	case "string":
		return "a text"
	}
	return "a " + kind
}

func syntaxReason(e *json.SyntaxError) string {
	if strings.HasPrefix(e.Error(), "unexpected end") {
		return "wrong JSON: it ends in the middle"
	}
	return "wrong JSON: " + e.Error()
}

// lineAt is the line of an offset, counted from the line that data begins at.
func lineAt(first int, data []byte, offset int) int {
	return first + bytes.Count(data[:min(max(offset, 0), len(data))], []byte{'\n'})
}

// readJSON reads a .json file: an object, a list of objects, or several of
// these one after the other. What stands before a fault is filed; behind it
// nobody can tell where the next object begins.
func readJSON(in *input, to sink) error {
	data, damage := in.readAll()
	if len(data) == 0 {
		if damage == nil {
			damage = errors.New(emptyFile)
		}
		to.refuse(0, "%s", reason(damage))
		return nil
	}
	if line, why := notUTF8(data, 1); why != "" && damage == nil {
		to.refuse(line, "%s", why)
		return nil
	}
	s := &jsonScan{data: bytes.TrimPrefix(data, bom), line: 1}
	n, fault, err := s.each(to)
	switch {
	case err != nil:
		return err
	case damage != nil:
		to.refuse(s.lineTo(len(s.data)), "%s; %s before it", reason(damage), plural(n, "record"))
	case fault != nil:
		to.refuse(s.lineTo(s.at), "%s; nothing behind it is read", fault)
	case n == 0:
		to.refuse(0, "no record in it: an object or a list of objects is wanted")
	}
	return nil
}

// jsonScan walks the objects of a JSON text and knows their lines.
type jsonScan struct {
	data []byte
	// line is the line of offset seen; at is where the last fault is.
	line, seen, at int
}

// lineTo is the line of an offset; offsets must not go back.
func (s *jsonScan) lineTo(offset int) int {
	offset = min(max(offset, s.seen), len(s.data))
	s.line += bytes.Count(s.data[s.seen:offset], []byte{'\n'})
	s.seen = offset
	return s.line
}

// each puts every object, and returns how many it saw, the fault that ended it
// and the import's error.
func (s *jsonScan) each(to sink) (n int, fault, err error) {
	dec := json.NewDecoder(bytes.NewReader(s.data))
	in := false // inside a list
	for {
		start := s.next(int(dec.InputOffset()))
		switch {
		case start == len(s.data) && !in:
			return n, nil, nil
		case !in && s.data[start] == '[', in && !dec.More():
			if _, err := dec.Token(); err != nil {
				return n, s.fault(err, start), nil
			}
			in = !in
			continue
		}
		if in && s.data[start] == ',' {
			start = s.next(start + 1)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return n, s.fault(err, start), nil
		}
		n++
		if err := s.put(raw, start, to); err != nil {
			return n, nil, err
		}
	}
}

func (s *jsonScan) put(raw json.RawMessage, start int, to sink) error {
	if !validUTF8At(raw, s.lineTo(start), to) {
		return nil
	}
	r, offset, err := parseJSON(raw)
	if err != nil {
		to.refuse(lineAt(s.line, raw, offset), "%s", err)
		return nil
	}
	r.line = s.line
	r.lineOf = func(field string) int {
		if i := bytes.Index(raw, []byte(`"`+field+`"`)); i >= 0 {
			return lineAt(r.line, raw, i)
		}
		return r.line
	}
	return to.put(r)
}

// next is the offset of the first byte from i on that is not white space.
func (s *jsonScan) next(i int) int {
	for i < len(s.data) && strings.IndexByte(" \t\r\n", s.data[i]) >= 0 {
		i++
	}
	return i
}

// fault finds where behind start the text is wrong: the decoder does not tell.
func (s *jsonScan) fault(err error, start int) error {
	s.at = start
	var syntax *json.SyntaxError
	var raw json.RawMessage
	if again := json.Unmarshal(s.data[start:], &raw); errors.As(again, &syntax) && !strings.HasSuffix(again.Error(), "after top-level value") {
		s.at = start + int(syntax.Offset) - 1
		return errors.New(syntaxReason(syntax))
	}
	if errors.As(err, &syntax) {
		return errors.New(syntaxReason(syntax))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		s.at = len(s.data)
		return errors.New("wrong JSON: it ends in the middle")
	}
	return fmt.Errorf("wrong JSON: %w", err)
}

// validUTF8At refuses a record in another encoding: the JSON decoder would put
// replacement characters into it.
func validUTF8At(raw []byte, line int, to sink) bool {
	at, why := notUTF8(raw, line)
	if why != "" {
		to.refuse(at, "%s", why)
	}
	return why == ""
}
