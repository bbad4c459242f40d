package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"path/filepath"
)

// texts are the dispatches of a partition as answers need them, in a file that only
// grows: reading one costs microseconds, where the log reads a block of 8 MB for a
// dispatch that was not asked for lately. The log stays the truth: a record that is
// damaged, or was blanked meanwhile, is read from there.
//
// A record is a header and the compressed text. Numbers are little-endian:
//
//	 0  length of what follows the header
//	 4  CRC-32C of that
//	 8  tokens of the title, 12 tokens of the body
//	16  the place of its traces
//	24  the analyzer's name, 8 bytes
//
// The traces of the tokens, for phrases, lie in a file of their own, so that many are
// read at once: the CRC-32C of the traces, how many the title has, how many the body
// has, and 2 bytes for each.
type texts struct {
	texts, marks *growing
}

const (
	textsFile   = "texts"
	tracesFile  = "traces"
	headerSize  = 32
	traceHeader = 12
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errText says that a record is not what was written.
var errText = errors.New("index: a kept text is damaged")

func openTexts(dir string) (t *texts, err error) {
	t = &texts{}
	if t.texts, err = openFile(filepath.Join(dir, textsFile)); err != nil {
		return nil, err
	}
	if t.marks, err = openFile(filepath.Join(dir, tracesFile)); err != nil {
		return nil, errors.Join(err, t.texts.close())
	}
	return t, nil
}

// sync brings what was added to the disk.
func (t *texts) sync() error { return errors.Join(t.texts.sync(), t.marks.sync()) }

// covers reports whether the files are as long as records at these places need.
func (t *texts) covers(at, trace int64) bool {
	h, err := t.header(at)
	if err != nil || at+headerSize+int64(h.size) > t.texts.size() {
		return false
	}
	var head [traceHeader]byte
	if _, err := t.marks.f.ReadAt(head[:], trace); err != nil {
		return false
	}
	return trace+tracesSize(head[:]) <= t.marks.size()
}

// tracesSize is the length of traces with their header.
func tracesSize(head []byte) int64 {
	return traceHeader + 2*(int64(binary.LittleEndian.Uint32(head[4:]))+int64(binary.LittleEndian.Uint32(head[8:])))
}

func (t *texts) close() error { return errors.Join(t.texts.close(), t.marks.close()) }

// header is what a record begins with.
type header struct {
	size        int
	sum         uint32
	title, body int // tokens
	trace       int64
	lang        string
}

func (h header) write(b []byte) {
	for i, v := range []uint32{uint32(h.size), h.sum, uint32(h.title), uint32(h.body)} {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
	binary.LittleEndian.PutUint64(b[16:], uint64(h.trace))
	copy(b[24:headerSize], h.lang)
}

func readHeader(b []byte) (h header, ok bool) {
	if len(b) < headerSize {
		return h, false
	}
	n := func(i int) int { return int(binary.LittleEndian.Uint32(b[4*i:])) }
	h = header{size: n(0), sum: uint32(n(1)), title: n(2), body: n(3), trace: int64(binary.LittleEndian.Uint64(b[16:]))}
	h.lang = string(bytes.TrimRight(b[24:headerSize], "\x00"))
	return h, true
}

// add keeps a record and its traces, and says where.
func (t *texts) add(record, traces []byte) (at, trace int64, err error) {
	if trace, err = t.marks.add(traces); err != nil {
		return 0, 0, err
	}
	binary.LittleEndian.PutUint64(record[16:], uint64(trace))
	at, err = t.texts.add(record)
	return at, trace, err
}

// header reads the header of the record at a place.
func (t *texts) header(at int64) (header, error) {
	var b [headerSize]byte
	if _, err := t.texts.f.ReadAt(b[:], at); err != nil {
		return header{}, fmt.Errorf("%w: %w", errText, err)
	}
	h, _ := readHeader(b[:])
	return h, nil
}

// usual is about how long a record is: reading so much at once saves a second read.
const usual = 2 << 10

// read gives the compressed text of the record at a place.
func (t *texts) read(at int64) ([]byte, error) {
	var buf []byte
	head, err := t.texts.at(at, headerSize, &buf)
	if err != nil {
		return nil, err
	}
	h, _ := readHeader(head)
	text, err := t.texts.at(at+headerSize, h.size, &buf)
	if err != nil {
		return nil, err
	}
	if crc32.Checksum(text, castagnoli) != h.sum {
		return nil, errText
	}
	return text, nil
}

// hold reports whether the traces of a text have those of a phrase in a row. buf is
// used where they must be read, and can be given again.
func (t *texts) hold(at int64, buf *[]byte, p *phrase) (bool, error) {
	head, err := t.marks.at(at, traceHeader, buf)
	if err != nil {
		return false, err
	}
	sum := binary.LittleEndian.Uint32(head)
	n, m := int(binary.LittleEndian.Uint32(head[4:])), int(binary.LittleEndian.Uint32(head[8:]))
	if at+traceHeader+2*int64(n)+2*int64(m) > t.marks.size() {
		return false, errText
	}
	all, err := t.marks.at(at+traceHeader, 2*(n+m), buf)
	if err != nil {
		return false, err
	}
	if !p.in(all[:2*n]) && (p.title || !p.in(all[2*n:])) {
		return false, nil
	}
	// What is damaged shall not match.
	if crc32.Checksum(all, castagnoli) != sum {
		return false, errText
	}
	return true, nil
}

// blank overwrites the text of the record at a place, and its traces: what is
// forgotten leaves the disk. The header stays, since the counts are taken back by it.
func (t *texts) blank(at int64) error {
	h, err := t.header(at)
	if err != nil {
		return err
	}
	var head [traceHeader]byte
	if _, err := t.marks.f.ReadAt(head[:], h.trace); err != nil {
		return fmt.Errorf("%w: %w", errText, err)
	}
	return errors.Join(t.marks.blank(h.trace+traceHeader, tracesSize(head[:])-traceHeader), t.texts.blank(at+headerSize, int64(h.size)))
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
