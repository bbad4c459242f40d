package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis"
)

// texts are the dispatches of a partition as answers need them, in one file that
// only grows: reading one costs microseconds, where the log reads a block of 8 MB
// for a dispatch that was not asked for lately. The log stays the truth: a record
// that is damaged, or was blanked meanwhile, is read from there.
//
// A record is a header, the traces of its tokens for phrases, and the compressed
// text. Numbers are little-endian:
//
//	 0  length of what follows the header
//	 4  CRC-32C of the text
//	 8  CRC-32C of the traces
//	12  tokens of the title, 16 tokens of the body
//	20  traces of the title, 24 traces of the body, 2 bytes each
//	28  the analyzer's name, 4 bytes
type texts struct {
	f   *os.File
	mu  sync.Mutex // of end
	end int64
}

const (
	textsFile  = "texts"
	headerSize = 32
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errText says that a record is not what was written.
var errText = errors.New("index: a kept text is damaged")

func openTexts(dir string) (*texts, error) {
	f, err := os.OpenFile(filepath.Join(dir, textsFile), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("index: %w", err), f.Close())
	}
	return &texts{f: f, end: info.Size()}, nil
}

func (t *texts) close() error { return t.f.Close() }

// add appends a record and says where it begins.
func (t *texts) add(record []byte) (at int64, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := t.f.WriteAt(record, t.end); err != nil {
		return 0, fmt.Errorf("index: keeping a text: %w", err)
	}
	at = t.end
	t.end += int64(len(record))
	return at, nil
}

// header is what a record begins with.
type header struct {
	size           int
	sum, traceSum  uint32
	title, body    int // tokens
	traces, behind int // of the title, of the body
	lang           string
}

func (h header) traceBytes() int { return 2 * (h.traces + h.behind) }

func (h header) write(b []byte) {
	for i, v := range []uint32{uint32(h.size), h.sum, h.traceSum, uint32(h.title), uint32(h.body), uint32(h.traces), uint32(h.behind)} {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
	copy(b[28:headerSize], h.lang)
}

func readHeader(b []byte) (h header, ok bool) {
	if len(b) < headerSize {
		return h, false
	}
	n := func(i int) int { return int(binary.LittleEndian.Uint32(b[4*i:])) }
	h = header{size: n(0), sum: uint32(n(1)), traceSum: uint32(n(2)), title: n(3), body: n(4), traces: n(5), behind: n(6)}
	for _, c := range b[28:headerSize] {
		if c != 0 {
			h.lang += string(rune(c))
		}
	}
	return h, h.traceBytes() <= h.size
}

// header reads the header of the record at a place.
func (t *texts) header(at int64) (header, error) {
	var b [headerSize]byte
	if _, err := t.f.ReadAt(b[:], at); err != nil {
		return header{}, fmt.Errorf("%w: %w", errText, err)
	}
	h, ok := readHeader(b[:])
	if !ok {
		return h, errText
	}
	return h, nil
}

// usual is about how long a record is: reading so much at once saves a second read.
const usual = 2 << 10

// read gives the compressed text of the record at a place.
func (t *texts) read(at int64) ([]byte, error) {
	b := make([]byte, usual)
	n, _ := t.f.ReadAt(b, at) // a short read is told by the header
	h, ok := readHeader(b[:n])
	if !ok || at+headerSize+int64(h.size) > t.size() {
		return nil, errText
	}
	if whole := headerSize + h.size; n < whole {
		b = append(b[:n], make([]byte, whole-n)...)
		if _, err := t.f.ReadAt(b[n:], at+int64(n)); err != nil {
			return nil, fmt.Errorf("%w: %w", errText, err)
		}
	}
	text := b[headerSize+h.traceBytes() : headerSize+h.size]
	if crc32.Checksum(text, castagnoli) != h.sum {
		return nil, errText
	}
	return text, nil
}

func (t *texts) size() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.end
}

// traces gives the traces of a record, of the title and of the body. buf is used
// where it is large enough; what comes back is valid until its next use.
func (t *texts) traces(at int64, buf []byte) (title, body, used []byte, err error) {
	if cap(buf) < usual {
		buf = make([]byte, usual)
	}
	buf = buf[:cap(buf)]
	n, _ := t.f.ReadAt(buf, at)
	h, ok := readHeader(buf[:n])
	if !ok || at+headerSize+int64(h.size) > t.size() {
		return nil, nil, buf, errText
	}
	whole := headerSize + h.traceBytes()
	if n < whole {
		buf = append(buf[:n], make([]byte, whole-n)...)
		if _, err := t.f.ReadAt(buf[n:], at+int64(n)); err != nil {
			return nil, nil, buf, fmt.Errorf("%w: %w", errText, err)
		}
	}
	all := buf[headerSize:whole]
	if crc32.Checksum(all, castagnoli) != h.traceSum {
		return nil, nil, buf, errText
	}
	return all[:2*h.traces], all[2*h.traces:], buf, nil
}

// blank overwrites the text of the record at a place with zeros: what is forgotten
// leaves the disk. The header stays, since the counts are taken back by it.
func (t *texts) blank(at int64) error {
	h, err := t.header(at)
	if err != nil || at+headerSize+int64(h.size) > t.size() {
		return errText
	}
	if _, err := t.f.WriteAt(make([]byte, h.size), at+headerSize); err != nil {
		return fmt.Errorf("index: blanking a text: %w", err)
	}
	return nil
}

// trace is 16 bits of a term's hash, never 0: a hole, where a stop word stood.
func trace(term []byte) uint16 {
	h := fnv.New32a()
	_, _ = h.Write(term)
	v := h.Sum32()
	if t := uint16(v>>16) ^ uint16(v); t != 0 {
		return t
	}
	return 1
}

// maxHole is the longest run of dropped words that is kept apart.
const maxHole = 8

// appendTraces appends the traces of a stream, in the order of positions.
func appendTraces(b []byte, stream analysis.TokenStream) []byte {
	at := 0
	for _, t := range stream {
		switch {
		case t.Position <= at && at > 0:
			continue // beside another term, as in a compound
		case at > 0:
			for range min(t.Position-at-1, maxHole) {
				b = append(b, 0, 0)
			}
		}
		at = t.Position
		b = binary.LittleEndian.AppendUint16(b, trace(t.Term))
	}
	return b
}

// holds reports whether traces hold those of a phrase in a row; 0 in the phrase
// stands for any word.
func holds(traces []byte, phrase []uint16) bool {
	n := len(traces)/2 - len(phrase)
	for i := 0; i <= n; i++ {
		if binary.LittleEndian.Uint16(traces[2*i:]) == phrase[0] && follows(traces[2*i:], phrase) {
			return true
		}
	}
	return false
}

func follows(traces []byte, phrase []uint16) bool {
	for k, want := range phrase {
		if want != 0 && binary.LittleEndian.Uint16(traces[2*k:]) != want {
			return false
		}
	}
	return true
}
