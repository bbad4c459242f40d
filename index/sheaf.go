package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/mmap-go"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"
)

// sheaf is a segment of scorch in a format of our own: what is searched here needs no
// positions, no stored fields but rows, and no lengths beside the postings. It takes a
// third of the room of bleve's own format, and a fifth of the time to build.
//
// Numbers are little-endian. A file is
//
//	for each field its postings, and their dictionary: an FST of vellum
//	rows, rowBytes for each document
//	IDs, idBytes for each
//	the documents' numbers in the order of their IDs, 4 bytes for each
//	IDs that are none of ours: how many, then document and ID of each
//	the table of the fields: how many, then name, kind, postings, FST and its length
//	the footer: the places of the last five parts, the number of documents, the CRC-32C
//	of the table and all of the footer before it, and sheafMagic
//
// Places and lengths in the table are uvarints, those in the footer 8 bytes. What
// sheafterms.go says of postings is the rest.
type sheaf struct {
	b     []byte // the file
	docs  int
	rows  []byte
	ids   []byte
	order []byte
	odd   map[string]uint32
	names []string
	dicts map[string]*sheafDict
}

const (
	sheafMagic  = "sheaf\x01\r\n"
	sheafFooter = 5*8 + 8 + 4 + len(sheafMagic)
	// rowBytes is the length of a row in a sheaf: time, places of the text and its
	// traces, lengths, and whether it is dated.
	rowBytes = 5 + 5 + 5 + 4 + 1
)

var errSheaf = errors.New("index: a segment is damaged")

// place40 are numbers of 40 bits, signed.
func place40(b []byte) int64 {
	return int64(uint64(b[0])<<24|uint64(b[1])<<32|uint64(b[2])<<40|uint64(b[3])<<48|uint64(b[4])<<56) >> 24
}

func appendPlace40(b []byte, v int64) []byte {
	return append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24), byte(v>>32))
}

func appendRow(b []byte, v values) []byte {
	b = appendPlace40(appendPlace40(appendPlace40(b, v.unix), v.at), v.trace)
	b = binary.LittleEndian.AppendUint16(b, v.title)
	b = binary.LittleEndian.AppendUint16(b, v.body)
	if v.dated {
		return append(b, 1)
	}
	return append(b, 0)
}

// decodeRow reads a row; false where it is none.
func decodeRow(b []byte) (values, bool) {
	if len(b) != rowBytes {
		return values{}, false
	}
	return values{place40(b), place40(b[5:]), place40(b[10:]), b[19] == 1,
		tokens{binary.LittleEndian.Uint16(b[15:]), binary.LittleEndian.Uint16(b[17:])}}, true
}

// row is what is known of a document.
func (s *sheaf) row(doc int) values {
	v, _ := decodeRow(s.rawRow(doc))
	return v
}

func (s *sheaf) rawRow(doc int) []byte { return s.rows[doc*rowBytes:][:rowBytes] }

// begin is the place of the first text.
func (s *sheaf) begin() int64 {
	if s.docs == 0 {
		return 0
	}
	return s.row(0).at
}

// openSheaf reads where the parts of a sheaf are.
func openSheaf(b []byte) (s *sheaf, err error) {
	at := len(b) - sheafFooter
	if at < 0 || string(b[len(b)-len(sheafMagic):]) != sheafMagic {
		return nil, fmt.Errorf("%w: it has no end", errSheaf)
	}
	var places [6]int
	for i := range places {
		places[i] = int(binary.LittleEndian.Uint64(b[at+8*i:]))
	}
	docs, table := places[5], places[4]
	places[5] = at
	if places[0] < 0 || !slices.IsSorted(places[:]) || docs < 0 || places[1]-places[0] != docs*rowBytes || places[2]-places[1] != docs*idBytes || places[3]-places[2] != docs*4 {
		return nil, fmt.Errorf("%w: its parts are in no order", errSheaf)
	}
	if crc32.Checksum(b[table:at+6*8], castagnoli) != binary.LittleEndian.Uint32(b[at+6*8:]) {
		return nil, fmt.Errorf("%w: its table is not what was written", errSheaf)
	}
	s = &sheaf{b: b, docs: docs, rows: b[places[0]:places[1]], ids: b[places[1]:places[2]], order: b[places[2]:places[3]], dicts: map[string]*sheafDict{}}
	if err := s.readOdd(b[places[3]:table]); err != nil {
		return nil, err
	}
	return s, s.readTable(b[table:at], places[0])
}

func (s *sheaf) readOdd(b []byte) error {
	r := unpacker{raw: b}
	n := r.number()
	if n > 0 {
		s.odd = map[string]uint32{}
	}
	for range n {
		doc, id := r.number(), r.bytes()
		if r.bad || doc >= uint64(s.docs) {
			return fmt.Errorf("%w: its IDs are not what was written", errSheaf)
		}
		s.odd[string(id)] = uint32(doc)
	}
	return nil
}

func (s *sheaf) readTable(b []byte, end int) error {
	r := unpacker{raw: b}
	for range r.number() {
		d := &sheafDict{s: s, field: string(r.bytes()), counted: r.number() == 1}
		postings, at, n := r.number(), r.number(), r.number()
		if r.bad || postings > at || at > uint64(end) || n > uint64(end)-at {
			return fmt.Errorf("%w: its table is in no order", errSheaf)
		}
		d.postings = s.b[postings:at]
		var err error
		if d.fst, err = vellum.Load(s.b[at : at+n]); err != nil {
			return fmt.Errorf("%w: %w", errSheaf, err)
		}
		s.names = append(s.names, d.field)
		s.dicts[d.field] = d
	}
	return nil
}

// id is a document's ID.
func (s *sheaf) id(doc int) string {
	if len(s.odd) > 0 {
		for id, d := range s.odd {
			if int(d) == doc {
				return id
			}
		}
	}
	return idCode.EncodeToString(s.ids[doc*idBytes:][:idBytes])
}

// find gives the document of an ID.
func (s *sheaf) find(id string) (doc uint32, ok bool) {
	key, ok := shortID(id)
	if !ok {
		doc, ok = s.odd[id]
		return doc, ok
	}
	lo, hi := 0, s.docs
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		doc = binary.LittleEndian.Uint32(s.order[4*mid:])
		switch slices.Compare(s.ids[int(doc)*idBytes:][:idBytes], key[:]) {
		case -1:
			lo = mid + 1
		case 1:
			hi = mid
		default:
			return doc, !s.isOdd(doc)
		}
	}
	return 0, false
}

func (s *sheaf) isOdd(doc uint32) bool {
	for _, d := range s.odd {
		if d == doc {
			return true
		}
	}
	return false
}

// shortID is an ID of ours in few bytes.
func shortID(id string) (key [idBytes]byte, ok bool) {
	if len(id) != idCode.EncodedLen(idBytes) {
		return key, false
	}
	if n, err := idCode.Decode(key[:], []byte(id)); err != nil || n != idBytes {
		return [idBytes]byte{}, false
	}
	return key, true
}

// The methods that scorch asks for.

const idField = "_id"

// Dictionary gives the terms of a field.
func (s *sheaf) Dictionary(field string) (segment.TermDictionary, error) {
	if field == idField {
		return idDict{s}, nil
	}
	if d := s.dicts[field]; d != nil {
		return d, nil
	}
	return &sheafDict{}, nil
}

// VisitStoredFields gives the ID and the row.
func (s *sheaf) VisitStoredFields(num uint64, visit segment.StoredFieldValueVisitor) error {
	if num < uint64(s.docs) && visit(idField, 't', []byte(s.id(int(num))), nil) {
		visit(fieldRow, 't', s.rawRow(int(num)), nil)
	}
	return nil
}

// DocID gives the ID of a document.
func (s *sheaf) DocID(num uint64) ([]byte, error) {
	if num >= uint64(s.docs) {
		return nil, nil
	}
	return []byte(s.id(int(num))), nil
}

// DocNumbers gives the documents of IDs.
func (s *sheaf) DocNumbers(ids []string) (*roaring.Bitmap, error) {
	out := roaring.New()
	for _, id := range ids {
		if doc, ok := s.find(id); ok {
			out.Add(doc)
		}
	}
	return out, nil
}

func (s *sheaf) Count() uint64         { return uint64(s.docs) }
func (s *sheaf) Fields() []string      { return append([]string{idField}, s.names...) }
func (s *sheaf) Close() error          { return nil }
func (s *sheaf) Size() int             { return len(s.b) }
func (s *sheaf) AddRef()               {}
func (s *sheaf) DecRef() error         { return nil }
func (s *sheaf) BytesRead() uint64     { return 0 }
func (s *sheaf) ResetBytesRead(uint64) {}
func (s *sheaf) BytesWritten() uint64  { return 0 }

// Persist writes the sheaf to the disk.
func (s *sheaf) Persist(path string) error {
	return writeSheaf(path, func(w io.Writer) error {
		_, err := w.Write(s.b)
		return err
	})
}

// writeSheaf writes a file durably, or leaves none.
func writeSheaf(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("index: writing a segment: %w", err), os.Remove(path))
	}
	return nil
}

// sheafFile is a sheaf on the disk, mapped into memory.
type sheafFile struct {
	*sheaf
	path string
	f    *os.File
	m    mmap.MMap

	mu   sync.Mutex
	refs int
}

func openSheafFile(path string) (*sheafFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	s := &sheafFile{path: path, f: f, refs: 1}
	if s.m, err = mmap.Map(f, mmap.RDONLY, 0); err != nil {
		return nil, errors.Join(fmt.Errorf("index: %s: %w", path, err), f.Close())
	}
	if s.sheaf, err = openSheaf(s.m); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), s.m.Unmap(), f.Close())
	}
	return s, nil
}

// Path is where the file is.
func (s *sheafFile) Path() string { return s.path }

// Size is what it takes in memory, without the mapped file.
func (s *sheafFile) Size() int { return 1 << 10 }

// Close ends its opener's use of it.
func (s *sheafFile) Close() error { return s.DecRef() }

// AddRef and DecRef count who reads it.
func (s *sheafFile) AddRef() {
	s.mu.Lock()
	s.refs++
	s.mu.Unlock()
}

func (s *sheafFile) DecRef() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refs--; s.refs != 0 {
		return nil
	}
	return errors.Join(s.m.Unmap(), s.f.Close())
}
