package bot

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// tap stands between discordgo and the gateway's connection. It exists because of
// what discordgo v0.29.0 does with some frames and does not tell: op 7 and op 11
// during Open block it for ever, op 9 is answered by an IDENTIFY at once, close
// codes are only logged, a lost ACK closes with 1000 (which ends the session),
// and a silent server is waited for without end. The tap reads every message
// first, withholds those, keeps an idle deadline, and swallows close frames
// while the session shall stay resumable.
//
// Framing: RFC 6455, section 5.2. No extension is negotiated.
type tap struct {
	net.Conn
	br    *bufio.Reader
	stage stage
	out   []byte // what may be read now
	raw   []byte // frames of a message that is not complete
	msg   []byte // its payload so far

	// idle is the longest silence, in nanoseconds; patience is what it becomes
	// when the session stands.
	idle     atomic.Int64
	patience time.Duration
	// leave lets a close frame pass: the session is over on purpose.
	leave atomic.Bool

	writing sync.Mutex
	once    sync.Once

	// filter judges a message: false withholds it, an error ends the connection.
	filter func([]byte) (bool, error)
	// ended is called once: with the server's close code, or 0.
	ended func(code int, err error)
}

type stage int

const (
	stageHTTP   stage = iota // the answer to the upgrade
	stageFrames              // websocket frames
	stageRaw                 // the upgrade was refused: no frames come
)

const (
	opening   = 20 * time.Second // the longest silence before the session stands
	writeTime = 10 * time.Second
	maxFrame  = 32 << 20 // bytes of one gateway message; a GUILD_CREATE has a few MB at most

	frameClose = 0x8
	frameText  = 0x1
	finalBit   = 0x80
	maskBit    = 0x80
)

var errTooBig = fmt.Errorf("the gateway sent a message over %d MiB", maxFrame>>20)

func newTap(c net.Conn, filter func([]byte) (bool, error), ended func(int, error)) *tap {
	t := &tap{Conn: c, br: bufio.NewReaderSize(c, 32<<10), filter: filter, ended: ended}
	t.idle.Store(int64(opening))
	return t
}

func (t *tap) Read(p []byte) (int, error) {
	for len(t.out) == 0 {
		_ = t.Conn.SetReadDeadline(time.Now().Add(time.Duration(t.idle.Load())))
		if err := t.next(); err != nil {
			t.end(0, err)
			return 0, err
		}
	}
	n := copy(p, t.out)
	t.out = t.out[n:]
	return n, nil
}

// next reads one step: it may leave nothing to read.
func (t *tap) next() error {
	switch t.stage {
	case stageHTTP:
		return t.readHTTP()
	case stageRaw:
		t.out = make([]byte, 4096)
		n, err := t.br.Read(t.out)
		t.out = t.out[:n]
		return err
	}
	return t.readFrame()
}

func (t *tap) readHTTP() error {
	for {
		line, err := t.br.ReadSlice('\n')
		t.out = append(t.out, line...)
		if err != nil {
			return err
		}
		if len(t.out) > 64<<10 {
			return errors.New("the gateway's HTTP answer is over 64 KiB")
		}
		if len(bytes.TrimSpace(line)) > 0 {
			continue
		}
		status, _, _ := strings.Cut(string(t.out), "\r\n")
		t.stage = stageFrames
		if !strings.Contains(status, " 101") {
			t.stage = stageRaw
		}
		return nil
	}
}

func (t *tap) readFrame() error {
	head := make([]byte, 2, 10)
	if _, err := io.ReadFull(t.br, head); err != nil {
		return err
	}
	size := uint64(head[1] &^ maskBit)
	extra := map[uint64]int{126: 2, 127: 8}[size]
	head = head[:2+extra]
	if _, err := io.ReadFull(t.br, head[2:]); err != nil {
		return err
	}
	switch extra {
	case 2:
		size = uint64(binary.BigEndian.Uint16(head[2:]))
	case 8:
		size = binary.BigEndian.Uint64(head[2:])
	}
	if head[1]&maskBit != 0 {
		return errors.New("the gateway sent a masked frame")
	}
	if size+uint64(len(t.msg)) > maxFrame {
		return errTooBig
	}
	var body bytes.Buffer // grows with what comes, not with what is announced
	if _, err := io.CopyN(&body, t.br, int64(size)); err != nil {
		return err
	}
	payload := body.Bytes()
	op := head[0] & 0x0f
	frame := append(head, payload...)
	if op&0x8 != 0 { // a control frame, which may come between the parts of a message
		t.out = frame
		if op == frameClose && size >= 2 {
			t.end(int(binary.BigEndian.Uint16(payload)), nil)
		}
		return nil
	}
	t.raw, t.msg = append(t.raw, frame...), append(t.msg, payload...)
	if head[0]&finalBit == 0 {
		return nil
	}
	keep, err := t.filter(t.msg)
	if keep {
		t.out = t.raw
	}
	t.raw, t.msg = nil, nil
	return err
}

// Write passes frames on; gorilla writes each with one call. A close frame ends
// the connection instead, unless the session shall end with it.
func (t *tap) Write(p []byte) (int, error) {
	t.writing.Lock()
	defer t.writing.Unlock()
	if len(p) > 0 && p[0] == finalBit|frameClose && !t.leave.Load() {
		t.end(0, net.ErrClosed)
		return len(p), t.Conn.Close()
	}
	_ = t.Conn.SetWriteDeadline(time.Now().Add(writeTime))
	return t.Conn.Write(p)
}

// Close ends the connection.
func (t *tap) Close() error {
	t.end(0, net.ErrClosed)
	return t.Conn.Close()
}

func (t *tap) end(code int, err error) { t.once.Do(func() { t.ended(code, err) }) }

// send writes a text message of our own, of at most 125 bytes.
func (t *tap) send(text string) error {
	frame := make([]byte, 6, 6+len(text))
	frame[0], frame[1] = finalBit|frameText, maskBit|byte(len(text))
	_, _ = rand.Read(frame[2:6])
	for i := range len(text) {
		frame = append(frame, text[i]^frame[2+i%4])
	}
	_, err := t.Write(frame)
	return err
}
