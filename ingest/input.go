package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"sitrep/news"
)

const (
	// defaultMaxFile is the largest file of a format that is read whole, after decompression.
	defaultMaxFile = 64 << 20
	// maxRecord is the most that one record may take up in its file. JSON can
	// write a character of one byte in six, and a record can carry fields that
	// sitrep does not keep.
	maxRecord = 8 << 20
	// A compressed stream may come to bombFree bytes plus bombRatio times its
	// own size. gzip reaches 1,032:1 on nothing but repetition; records stay under 100:1.
	bombFree  = 256 << 20
	bombRatio = 200
)

// input is one open file, as a reader sees it.
type input struct {
	// shown is the path as it was named; real is absolute and without links, or
	// empty where there is no file on the disk.
	shown, real string
	// stem is the base name without .gz and the format's extension.
	stem   string
	format *format
	r      io.Reader
	// limit is the largest size, decompressed, of a format that is read whole.
	limit int64
}

// fileOrigin is the identity of a file that is one dispatch; nil where there is no file.
func (in *input) fileOrigin() *news.Origin {
	if in.real == "" {
		return nil
	}
	item := in.real
	if !utf8.ValidString(item) {
		item = strconv.QuoteToASCII(item) // two such names must not become one
	}
	return &news.Origin{Kind: news.OriginFile, Item: item}
}

// readAll reads the input to its end. Where that fails, it gives what came before.
func (in *input) readAll() ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in.r, in.limit+1))
	if int64(len(data)) > in.limit {
		return nil, fmt.Errorf("larger than %s, the limit for %s: split it, or make it .ndjson or .csv, which have none",
			bytesText(in.limit), in.format.name)
	}
	return data, err
}

// document reads an input that is one dispatch. It refuses one that is empty or
// damaged: half a dispatch says something else than the whole.
func (in *input) document(to sink) ([]byte, bool) {
	data, err := in.readAll()
	switch {
	case err != nil:
		to.refuse(0, "%s", reason(err))
		return nil, false
	case len(data) == 0:
		to.refuse(0, "%s", emptyFile)
		return nil, false
	}
	return data, true
}

const emptyFile = "an empty file: there is nothing to file"

// text is document for formats that are text in UTF-8.
func (in *input) text(to sink) (string, bool) {
	data, ok := in.document(to)
	if !ok {
		return "", false
	}
	if line, why := notUTF8(data, 1); why != "" {
		to.refuse(line, "%s", why)
		return "", false
	}
	return string(bytes.TrimPrefix(data, bom)), true
}

// openFile opens a regular file and nothing else: opening a pipe would wait for
// whoever writes into it, for ever. The kind is looked at before and after,
// because a name can change hands between.
func openFile(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errors.New(notRegular(info.Mode()))
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = errors.New(notRegular(info.Mode()))
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// notRegular names what is no file to read.
func notRegular(m fs.FileMode) string {
	kind := "not a regular file"
	switch {
	case m.IsDir():
		kind = "a folder"
	case m&fs.ModeNamedPipe != 0:
		kind = "a named pipe"
	case m&fs.ModeSocket != 0:
		kind = "a socket"
	case m&fs.ModeDevice != 0:
		kind = "a device"
	}
	return kind + ", not a file: use - to read from a pipe"
}

// reason turns what reading came to into words for the person who has the file.
func reason(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file or folder"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read: give sitrep's user the right to"
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return err.Error()
}

// rawReader counts what comes from the disk, tells of it and ends with the context.
type rawReader struct {
	ctx  context.Context
	r    io.Reader
	n    int64
	tell func(read int)
}

func (r *rawReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.r.Read(p)
	r.n += int64(n)
	r.tell(n)
	return n, err
}

// gzipMagic is how every gzip stream begins (RFC 1952, 2.3.1).
const gzipMagic = "\x1f\x8b"

// gzipReader decompresses, says in words what is wrong with a damaged stream,
// and stops one that grows beyond all reason.
type gzipReader struct {
	raw *rawReader
	z   *gzip.Reader
	out int64
	err error // what ended it, for every later read
}

func (g *gzipReader) Read(p []byte) (n int, err error) {
	if g.err != nil {
		return 0, g.err
	}
	if g.z == nil {
		if g.err = g.open(); g.err != nil {
			return 0, g.err
		}
	}
	n, err = g.z.Read(p)
	g.out += int64(n)
	if limit := bombFree + bombRatio*g.raw.n; g.out > limit {
		err = fmt.Errorf("grows to more than %d times its size when decompressed: it is refused from there on; decompress it yourself if you trust it", bombRatio)
	}
	g.err = g.damage(err)
	return n, g.err
}

// open reads the beginning of the stream.
func (g *gzipReader) open() (err error) {
	from := bufio.NewReader(g.raw)
	head, err := from.Peek(len(gzipMagic))
	if len(head) == 0 {
		return err
	}
	if string(head) != gzipMagic {
		return errors.New("not gzip, though its name ends in .gz: rename it or compress it")
	}
	if g.z, err = gzip.NewReader(from); errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return g.damage(err)
}

// damage describes a fault of the stream; other errors, io.EOF too, stay as they are.
func (g *gzipReader) damage(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the gzip is cut short after %s: fetch it again", bytesText(g.raw.n))
	case errors.Is(err, gzip.ErrChecksum):
		return errors.New("the gzip's checksum is wrong, so some of it is damaged: fetch it again")
	case errors.Is(err, gzip.ErrHeader) && g.out > 0:
		return errors.New("something other than gzip follows the compressed data: fetch it again")
	case errors.Is(err, gzip.ErrHeader):
		return errors.New("the gzip's beginning is damaged: fetch it again")
	case errors.As(err, &corrupt):
		return fmt.Errorf("the gzip is damaged at about byte %s: fetch it again", thousands(int(g.raw.n)))
	}
	return err
}
