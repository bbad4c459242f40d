package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A button holds what it does in its custom_id, which Discord keeps with the message:
// it works after a restart, and for as long as the message stands. The forms, of at
// most 100 characters:
//
//	!LINE     the line is run, and its answer is a new message
//	~N LINE   page N of the line's answer takes the place of the message
//	menu:N    a select, the N-th of its message; the chosen option's value is a
//	          LINE, or one of the forms above
//
// LINE is a command line without prefix or, where that is too long, # and its hash,
// under which Options.Lines keep it. A line begins with a letter, so that neither is
// taken for the other. New forms get a new first character.
const (
	newPrefix  = "!"
	turnPrefix = "~"
	menuPrefix = "menu:"
	hashPrefix = "#"
)

// maxPage is the last page that a button can name.
const maxPage = 9999

// Lines keep command lines that are too long for a button.
type Lines interface {
	// Keep makes a line known for as long as buttons shall work and returns its hash,
	// of at most 64 letters and digits. It returns when the line is safe.
	Keep(ctx context.Context, line string) (hash string, err error)
	// Line is the line with that hash; ErrNoLine where it is not known (any more).
	Line(ctx context.Context, hash string) (string, error)
}

// ErrNoLine says that no line with a hash is kept.
var ErrNoLine = errors.New("no such line is kept")

// KV is where StoredLines keeps lines; a bucket of the store is one.
type KV interface {
	Get(ctx context.Context, key string) ([]byte, uint64, error)
	Create(ctx context.Context, key string, v []byte) (uint64, error)
	Update(ctx context.Context, key string, v []byte, rev uint64) (uint64, error)
}

// StoredLines keeps lines in a bucket, each under its SHA-256 and with the month in
// which it was last used: a bucket that forgets what is old keeps those that are not.
// missing and exists are the errors by which the bucket says that a key has no value,
// or one already.
func StoredLines(kv KV, missing, exists error) Lines { return storedLines{kv, missing, exists} }

type storedLines struct {
	kv              KV
	missing, exists error
}

func (s storedLines) Keep(ctx context.Context, line string) (string, error) {
	hash, value := lineHash(line), []byte(time.Now().UTC().Format(lineMonth)+line)
	_, err := s.kv.Create(ctx, hash, value)
	if errors.Is(err, s.exists) {
		err = s.renew(ctx, hash, value)
	}
	if err != nil {
		return "", fmt.Errorf("a button's line cannot be kept: %w", err)
	}
	return hash, nil
}

// lineMonth stands before each line.
const lineMonth = "2006-01 "

// renew writes a line again that was last used in another month.
func (s storedLines) renew(ctx context.Context, hash string, value []byte) error {
	have, rev, err := s.kv.Get(ctx, hash)
	if err != nil || bytes.Equal(have, value) {
		return err
	}
	if _, err = s.kv.Update(ctx, hash, value, rev); err != nil {
		// Somebody was faster, and wrote the same.
		if now, _, again := s.kv.Get(ctx, hash); again == nil && bytes.Equal(now, value) {
			return nil
		}
	}
	return err
}

func (s storedLines) Line(ctx context.Context, hash string) (string, error) {
	v, _, err := s.kv.Get(ctx, hash)
	switch {
	case errors.Is(err, s.missing):
		return "", ErrNoLine
	case err != nil:
		return "", fmt.Errorf("a button's line cannot be read: %w", err)
	case len(v) < len(lineMonth) || lineHash(string(v[len(lineMonth):])) != hash:
		return "", ErrNoLine
	}
	return string(v[len(lineMonth):]), nil
}

func lineHash(line string) string {
	sum := sha256.Sum256([]byte(line))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:]))
}

// target is a line in at most n units: itself or, where it is too long, the hash
// under which it is kept from now on. "" means that there can be no button for it.
func (b *Bot) target(ctx context.Context, line string, n int) string {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, hashPrefix) || !utf8.ValidString(line) || strings.ContainsRune(line, 0) {
		return ""
	}
	if units(line) <= n {
		return line
	}
	if b.lines == nil {
		return ""
	}
	hash, err := b.lines.Keep(ctx, line)
	if err != nil {
		b.log.Warn("discord: a button is left out", "error", b.redact.clean(err.Error()))
		return ""
	}
	if hash = hashPrefix + hash; units(hash) > n {
		return ""
	}
	return hash
}

// turnID is the custom_id that turns to a page of the answer to a target.
func turnID(page int, target string) string {
	return turnPrefix + strconv.Itoa(page) + " " + target
}

// roomTarget is what is left for a target beside "~9999 ".
const roomTarget = maxCustomID - 6

// press is what a button or a select asks for.
type press struct {
	target string // a line, or # and a hash
	turn   bool   // the answer takes the place of the message
	page   int    // from 1
}

// readPress reads a custom_id and the values that were chosen; false where it is none
// of ours.
func readPress(id string, values []string) (press, bool) {
	if strings.HasPrefix(id, menuPrefix) {
		if len(values) == 0 {
			return press{}, false
		}
		if id = values[0]; !strings.HasPrefix(id, turnPrefix) {
			return press{target: id, page: 1}, id != ""
		}
	}
	if target, ok := strings.CutPrefix(id, newPrefix); ok {
		return press{target: target, page: 1}, target != ""
	}
	rest, ok := strings.CutPrefix(id, turnPrefix)
	if !ok {
		return press{}, false
	}
	number, target, _ := strings.Cut(rest, " ")
	page, err := strconv.Atoi(number)
	if err != nil || page < 0 || page > maxPage || target == "" {
		return press{}, false
	}
	return press{target: target, turn: true, page: max(1, page)}, true
}

// pressed is the line that a press stands for.
func (b *Bot) pressed(ctx context.Context, p press) (string, error) {
	hash, ok := strings.CutPrefix(p.target, hashPrefix)
	if !ok {
		return p.target, nil
	}
	if b.lines == nil {
		return "", ErrNoLine
	}
	return b.lines.Line(ctx, hash)
}
