package ingest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// columns are the names that a CSV file's first line can have, and where the
// cells below them go.
var columns = map[string]func(*record) *string{
	"id":        func(r *record) *string { return &r.id },
	"origin_id": func(r *record) *string { return &r.originID },
	"title":     func(r *record) *string { return &r.title },
	"body":      func(r *record) *string { return &r.body },
	"source":    func(r *record) *string { return &r.source },
	"url":       func(r *record) *string { return &r.url },
	"published": func(r *record) *string { return &r.published },
	"lang":      func(r *record) *string { return &r.lang },
	"place":     func(r *record) *string { return &r.place },
}

// readCSV reads a table whose first line names the columns, however long it is.
// Cells are parted by commas, or by what parts the names: semicolon or tab.
func readCSV(in *input, to sink) error {
	limited := &perRecord{r: in.r, left: maxRecord}
	buffered := bufio.NewReaderSize(limited, 64<<10)
	head, err := buffered.Peek(len(bom))
	if markedWide(head) {
		_, why := notUTF8(head, 1)
		to.refuse(1, "%s", why)
		return nil
	}
	if len(head) == 0 {
		why := emptyFile
		if !errors.Is(err, io.EOF) {
			why = reason(err)
		}
		to.refuse(0, "%s", why)
		return nil
	}
	if bytes.Equal(head, bom) {
		_, _ = buffered.Discard(len(bom)) // it has been peeked at
	}
	t := &table{csv: csv.NewReader(buffered), limited: limited, to: to}
	t.csv.Comma = separator(buffered)
	t.csv.ReuseRecord = true
	if why := t.header(); why != "" {
		to.refuse(1, "%s", why)
		return nil
	}
	return t.rows()
}

// separator looks at the first line for what parts its names.
func separator(r *bufio.Reader) rune {
	head, _ := r.Peek(4096)
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	if bytes.IndexByte(line, ',') < 0 {
		for _, c := range ";\t" {
			if bytes.IndexByte(line, byte(c)) >= 0 {
				return c
			}
		}
	}
	return ','
}

// table is a CSV file while it is read.
type table struct {
	csv     *csv.Reader
	limited *perRecord
	to      sink
	// fields has the place of each column in a record; nil where the name is not ours.
	fields []func(*record) *string
	// at has the column of each name.
	at map[string]int
	// line is where the last good row begins.
	line int
}

// header reads the first line, and says what is wrong with it.
func (t *table) header() string {
	names, err := t.csv.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return emptyFile
		}
		_, why := t.fault(err)
		return why
	}
	t.at = map[string]int{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		field := columns[name]
		if _, twice := t.at[name]; twice && field != nil {
			return fmt.Sprintf("two columns are named %s: rename one", name)
		}
		t.fields = append(t.fields, field)
		t.at[name] = i
	}
	_, title := t.at["title"]
	if _, body := t.at["body"]; !title && !body {
		return "no column is named title or body: the first line must name the columns, as in id,title,body,source,url,published,lang,place"
	}
	return ""
}

// rows reads what is below the header.
func (t *table) rows() error {
	for n := 0; ; n++ {
		t.limited.left = maxRecord
		cells, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				t.to.refuse(0, "no row below the one that names the columns")
			}
			return nil
		}
		if err != nil {
			line, why := t.fault(err)
			t.to.refuse(line, "%s", why)
			var wrong *csv.ParseError
			if errors.As(err, &wrong) {
				continue // the next row stands for itself
			}
			return nil
		}
		if err := t.row(cells); err != nil {
			return err
		}
	}
}

// row makes a record of a row's cells.
func (t *table) row(cells []string) error {
	r := record{}
	r.line, _ = t.csv.FieldPos(0)
	t.line = r.line
	for i, cell := range cells {
		field := t.fields[i]
		if field == nil {
			continue
		}
		if !utf8.ValidString(cell) {
			first, _ := t.csv.FieldPos(i)
			line, why := notUTF8([]byte(cell), first)
			t.to.refuse(line, "%s", why)
			return nil
		}
		*field(&r) = cell
	}
	r.lineOf = func(name string) int {
		if i, ok := t.at[name]; ok {
			line, _ := t.csv.FieldPos(i)
			return line
		}
		return r.line
	}
	return t.to.put(r)
}

// fault puts what the CSV reader says into words.
func (t *table) fault(err error) (line int, why string) {
	var wrong *csv.ParseError
	switch {
	case !errors.As(err, &wrong):
		why = reason(err)
		if t.line > 0 && !errors.Is(err, errLongRow) {
			why += "; the rows before are filed"
		}
		return t.line + 1, why
	case errors.Is(err, csv.ErrFieldCount):
		return wrong.StartLine, fmt.Sprintf("more or fewer cells than the %s of the first line: put a cell that holds a separator in quotation marks", thousands(len(t.fields)))
	case wrong.Line > wrong.StartLine:
		return wrong.StartLine, fmt.Sprintf("a quoted cell of this row goes wrong at line %d or is never closed: close it, and double the quotation marks inside", wrong.Line)
	}
	return wrong.Line, "a quotation mark out of place: put the cell in quotation marks and double those inside"
}

var errLongRow = fmt.Errorf("a row of more than %s: close its quotation marks or split it; nothing behind it is read", bytesText(maxRecord))

// perRecord is a reader that gives out after maxRecord bytes, until it is given
// more: encoding/csv would hold a cell that is never closed in memory whole.
type perRecord struct {
	r    io.Reader
	left int
}

func (p *perRecord) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, errLongRow
	}
	n, err := p.r.Read(b[:min(len(b), p.left)])
	p.left -= n
	return n, err
}
