package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"
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

// growing is a file that only grows.
type growing struct {
	f   *os.File
	mu  sync.Mutex // of end
	end int64
}

func openFile(path string) (*growing, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("index: %w", err), f.Close())
	}
	return &growing{f: f, end: info.Size()}, nil
}

// add appends and says where that begins.
func (f *growing) add(b []byte) (at int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.f.WriteAt(b, f.end); err != nil {
		return 0, fmt.Errorf("index: keeping a text: %w", err)
	}
	at = f.end
	f.end += int64(len(b))
	return at, nil
}

func (f *growing) size() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.end
}

// blank overwrites with zeros.
func (f *growing) blank(at, n int64) error {
	if at < 0 || n < 0 || at+n > f.size() {
		return errText
	}
	if _, err := f.f.WriteAt(make([]byte, n), at); err != nil {
		return fmt.Errorf("index: blanking a text: %w", err)
	}
	return nil
}

func openTexts(dir string) (t *texts, err error) {
	t = &texts{}
	if t.texts, err = openFile(filepath.Join(dir, textsFile)); err != nil {
		return nil, err
	}
	if t.marks, err = openFile(filepath.Join(dir, tracesFile)); err != nil {
		return nil, errors.Join(err, t.texts.f.Close())
	}
	return t, nil
}

// sync brings what was added to the disk.
func (t *texts) sync() error {
	if err := errors.Join(t.texts.f.Sync(), t.marks.f.Sync()); err != nil {
		return fmt.Errorf("index: keeping texts: %w", err)
	}
	return nil
}

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

func (t *texts) close() error { return errors.Join(t.texts.f.Close(), t.marks.f.Close()) }

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
	b := make([]byte, usual)
	n, _ := t.texts.f.ReadAt(b, at) // a short read is told by the header
	h, ok := readHeader(b[:n])
	if !ok || at+headerSize+int64(h.size) > t.texts.size() {
		return nil, errText
	}
	if whole := headerSize + h.size; n < whole {
		b = append(b[:n], make([]byte, whole-n)...)
		if _, err := t.texts.f.ReadAt(b[n:], at+int64(n)); err != nil {
			return nil, fmt.Errorf("%w: %w", errText, err)
		}
	}
	text := b[headerSize : headerSize+h.size]
	if crc32.Checksum(text, castagnoli) != h.sum {
		return nil, errText
	}
	return text, nil
}

// window is a stretch of the traces in memory.
type window struct {
	from int64
	b    []byte
}

const (
	// onePage holds the traces of a usual text, manyPages those of a hundred.
	onePage   = 2 << 10
	manyPages = 64 << 10
)

// of gives n bytes at a place. Where the place is not far behind the window, a large
// one is read: then the next are likely to lie in it.
func (w *window) of(f *growing, at int64, n int) ([]byte, error) {
	if end := w.from + int64(len(w.b)); at < w.from || at+int64(n) > end {
		size := onePage
		if at >= w.from && at < end+manyPages && len(w.b) > 0 {
			size = manyPages
		}
		size = max(size, n)
		if cap(w.b) < size {
			w.b = make([]byte, size)
		}
		w.b, w.from = w.b[:size], at
		got, err := f.f.ReadAt(w.b, at)
		w.b = w.b[:got]
		if got < n {
			return nil, fmt.Errorf("%w: %w", errText, err)
		}
	}
	return w.b[at-w.from:][:n], nil
}

// traces gives the traces of a text, of its title and of its body. They are valid
// until the window's next use.
func (t *texts) traces(at int64, w *window) (title, body []byte, err error) {
	head, err := w.of(t.marks, at, traceHeader)
	if err != nil {
		return nil, nil, err
	}
	sum := binary.LittleEndian.Uint32(head)
	n, m := int(binary.LittleEndian.Uint32(head[4:])), int(binary.LittleEndian.Uint32(head[8:]))
	if at+traceHeader+2*int64(n)+2*int64(m) > t.marks.size() {
		return nil, nil, errText
	}
	all, err := w.of(t.marks, at, traceHeader+2*(n+m))
	if err != nil {
		return nil, nil, err
	}
	all = all[traceHeader:]
	if crc32.Checksum(all, castagnoli) != sum {
		return nil, nil, errText
	}
	return all[:2*n], all[2*n:], nil
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
