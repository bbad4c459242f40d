package index

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"

	"github.com/klauspost/compress/zstd"

	"sitrep/news"
)

// Text is a dispatch as the index has filed it, with the names in its body.
type Text struct {
	Dispatch news.Dispatch
	Mentions []news.Mention
}

// codec packs texts and unpacks them. It is safe for concurrent use.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

// maxUnpacked bounds what a damaged record can make the decoder allocate.
const maxUnpacked = 8 << 20

func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return &codec{enc, dec}, nil
}

// record makes the record of a text, and its traces, for the partition's files.
func (c *codec) record(t *Text, lang string, title, body analyzedText) (record, traces []byte, err error) {
	short := t.Dispatch
	short.Title, short.Body = "", ""
	head, err := json.Marshal(short)
	if err != nil {
		return nil, nil, fmt.Errorf("index: %s: %w", t.Dispatch.ID, err)
	}
	raw := make([]byte, 0, len(head)+len(t.Dispatch.Title)+len(t.Dispatch.Body)+32*len(t.Mentions)+16)
	for _, part := range []string{string(head), t.Dispatch.Title, t.Dispatch.Body} {
		raw = appendString(raw, part)
	}
	raw = binary.AppendUvarint(raw, uint64(len(t.Mentions)))
	for _, m := range t.Mentions {
		raw = binary.AppendUvarint(raw, uint64(m.Start))
		raw = binary.AppendUvarint(raw, uint64(m.End))
		raw = appendString(raw, string(m.Kind))
		raw = appendString(raw, m.Entity)
	}
	traces = make([]byte, traceHeader, traceHeader+2*(len(title.traces)+len(body.traces)))
	for _, list := range [][]uint16{title.traces, body.traces} {
		for _, t := range list {
			traces = binary.LittleEndian.AppendUint16(traces, t)
		}
	}
	binary.LittleEndian.PutUint32(traces, crc32.Checksum(traces[traceHeader:], castagnoli))
	binary.LittleEndian.PutUint32(traces[4:], uint32(len(title.traces)))
	binary.LittleEndian.PutUint32(traces[8:], uint32(len(body.traces)))

	record = c.enc.EncodeAll(raw, make([]byte, headerSize, headerSize+len(raw)/2))
	h := header{size: len(record) - headerSize, sum: crc32.Checksum(record[headerSize:], castagnoli), title: len(title.terms), body: len(body.terms), lang: lang}
	h.write(record)
	return record, traces, nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// unpack reads a text back.
func (c *codec) unpack(packed []byte) (t Text, err error) {
	raw, err := c.dec.DecodeAll(packed, nil)
	if err != nil {
		return t, fmt.Errorf("%w: %w", errText, err)
	}
	r := unpacker{raw: raw}
	head := r.bytes()
	if r.bad {
		return t, errText
	}
	if err := json.Unmarshal(head, &t.Dispatch); err != nil {
		return t, fmt.Errorf("%w: %w", errText, err)
	}
	t.Dispatch.Title, t.Dispatch.Body = string(r.bytes()), string(r.bytes())
	n := r.number()
	if n > uint64(len(raw)) {
		return t, errText
	}
	t.Mentions = make([]news.Mention, 0, n)
	for range n {
		m := news.Mention{Start: int(r.number()), End: int(r.number()), Kind: news.MentionKind(r.bytes()), Entity: string(r.bytes())}
		if r.bad || m.Start > m.End || m.End > len(t.Dispatch.Body) {
			return t, errText
		}
		t.Mentions = append(t.Mentions, m)
	}
	if r.bad {
		return t, errText
	}
	return t, nil
}

// unpacker reads what appendString and AppendUvarint wrote.
type unpacker struct {
	raw []byte
	bad bool
}

func (r *unpacker) number() uint64 {
	v, n := binary.Uvarint(r.raw)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.raw = r.raw[n:]
	return v
}

func (r *unpacker) bytes() []byte {
	n := r.number()
	if n > uint64(len(r.raw)) {
		r.bad = true
		return nil
	}
	b := r.raw[:n]
	r.raw = r.raw[n:]
	return b
}
