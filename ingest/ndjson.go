package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// lines reads a stream line by line in constant memory.
type lines struct {
	r   *bufio.Reader
	buf []byte
	// n is the number of the line that next gave, from 1.
	n int
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 64<<10)} }

// next gives the next line without its end, valid until the call after. A line
// over maxRecord is read past: long is true and the line is nil. At the end of
// the stream err is io.EOF, or what broke it off, and the line is what stands
// before, which may be nothing.
func (l *lines) next() (line []byte, long bool, err error) {
	l.buf = l.buf[:0]
	l.n++
	for {
		part, err := l.r.ReadSlice('\n')
		if !long {
			l.buf = append(l.buf, part...)
			if len(l.buf) > maxRecord {
				long, l.buf = true, nil
			}
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimRight(l.buf, "\r\n"), long, err
	}
}

// readNDJSON reads an object a line, however long the file is. A wrong line is
// refused and the next one is read.
func readNDJSON(in *input, to sink) error {
	l := newLines(in.r)
	if head, _ := l.r.Peek(len(bom)); markedWide(head) {
		_, why := notUTF8(head, 1)
		to.refuse(1, "%s", why)
		return nil
	}
	seen := false
	for {
		line, long, end := l.next()
		if l.n == 1 {
			line = bytes.TrimPrefix(line, bom)
		}
		broken := end != nil && !errors.Is(end, io.EOF)
		switch {
		case long:
			seen = true
			to.refuse(l.n, "a line of more than %s: one line must be one record: split it", bytesText(maxRecord))
		case len(bytes.TrimSpace(line)) == 0:
		case broken && !json.Valid(line): // the damage says it all
		default:
			seen = true
			if err := putLine(line, l.n, to); err != nil {
				return err
			}
		}
		switch {
		case broken:
			why := reason(end)
			if l.n > 1 {
				why += "; what stands before is filed"
			}
			to.refuse(l.n, "%s", why)
			return nil
		case end != nil && !seen && l.n == 1 && len(line) == 0:
			to.refuse(0, "%s", emptyFile)
			return nil
		case end != nil && !seen:
			to.refuse(0, "no record in it: an object a line is wanted")
			return nil
		case end != nil:
			return nil
		}
	}
}

func putLine(line []byte, n int, to sink) error {
	if !validUTF8At(line, n, to) {
		return nil
	}
	r, _, err := parseJSON(line)
	if err != nil {
		to.refuse(n, "%s", err)
		return nil
	}
	r.line = n
	return to.put(r)
}
