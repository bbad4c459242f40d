// Command fts5 is SQLite's FTS5 as an engine of bench/search, which says how it is
// spoken to. It is a module of its own: nothing but this depends on SQLite.
//
// The rows are in the order of their dates, so that newest first is a walk
// backwards and a stretch of time is a stretch of rows.
package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fts5:", err)
		os.Exit(1)
	}
}

func run(args []string) (err error) {
	switch {
	case len(args) == 1 && args[0] == "version":
		db, err := sql.Open("sqlite", ":memory:")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		var v string
		if err := db.QueryRow("SELECT sqlite_version()").Scan(&v); err != nil {
			return err
		}
		fmt.Println(v)
		return nil
	case len(args) == 4 && args[0] == "build":
		begin := time.Now()
		if err := build(args[1], args[2]); err != nil {
			return err
		}
		fmt.Println(time.Since(begin).Seconds())
		return nil
	case len(args) == 3 && args[0] == "ask":
		begin := time.Now()
		db, err := open(args[1])
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		fmt.Printf("ready\t%d\n", time.Since(begin).Nanoseconds())
		return serve(db)
	}
	return fmt.Errorf("%q: build ARCHIVE INDEX STOPWORDS, or ask INDEX STOPWORDS", args)
}

func open(dir string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "fts5.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-65536)&_pragma=mmap_size(8589934592)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, db.Ping()
}

const schema = `
CREATE TABLE item (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, day INTEGER NOT NULL, source INTEGER NOT NULL);
CREATE INDEX item_at ON item (at);
CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE VIRTUAL TABLE text USING fts5 (title, body, tokenize = 'porter unicode61');
INSERT INTO text (text, rank) VALUES ('rank', 'bm25(4.0, 1.0)');`

// batch is how many rows a transaction has.
const batch = 1000

func build(archive, dir string) (err error) {
	db, err := open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.Exec(schema); err != nil {
		return err
	}
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	w := &writer{db: db, sources: map[string]int64{}}
	for id := int64(1); in.Scan(); id++ {
		if err := w.add(id, in.Bytes()); err != nil {
			return fmt.Errorf("item %d: %w", id-1, err)
		}
		if id%batch == 0 {
			if err := w.commit(); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(in.Err(), w.commit()); err != nil {
		return err
	}
	_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// writer adds rows in transactions.
type writer struct {
	db         *sql.DB
	tx         *sql.Tx
	item, text *sql.Stmt
	sources    map[string]int64
}

func (w *writer) begin() (err error) {
	if w.tx, err = w.db.Begin(); err != nil {
		return err
	}
	if w.item, err = w.tx.Prepare("INSERT INTO item VALUES (?, ?, ?, ?)"); err != nil {
		return err
	}
	w.text, err = w.tx.Prepare("INSERT INTO text (rowid, title, body) VALUES (?, ?, ?)")
	return err
}

func (w *writer) add(id int64, line []byte) error {
	if w.tx == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	parts := bytes.SplitN(line, []byte{'\t'}, 6)
	if len(parts) != 6 {
		return fmt.Errorf("it has %d parts", len(parts))
	}
	at, err := strconv.ParseInt(string(parts[0]), 10, 64)
	if err != nil {
		return err
	}
	source, err := w.source(string(parts[1]))
	if err != nil {
		return err
	}
	if _, err := w.item.Exec(id, at, at/86400, source); err != nil {
		return err
	}
	_, err = w.text.Exec(id, string(parts[4]), strings.ReplaceAll(string(parts[5]), "\x1e", "\n"))
	return err
}

func (w *writer) source(name string) (int64, error) {
	if id, ok := w.sources[name]; ok {
		return id, nil
	}
	res, err := w.tx.Exec("INSERT INTO source (name) VALUES (?)", name)
	if err != nil {
		return 0, err
	}
	w.sources[name], err = res.LastInsertId()
	return w.sources[name], err
}

func (w *writer) commit() error {
	if w.tx == nil {
		return nil
	}
	err := w.tx.Commit()
	w.tx = nil
	return err
}

func serve(db *sql.DB) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		parts := strings.Split(in.Text(), "\t")
		if len(parts) != 3 {
			return fmt.Errorf("question %q has %d parts", in.Text(), len(parts))
		}
		from, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil {
			return err
		}
		begin := time.Now()
		a, err := ask(db, parts[0], strings.Fields(parts[1]), from)
		took := time.Since(begin)
		switch {
		case errors.Is(err, errUnanswered):
			fmt.Println("-")
		case err != nil:
			fmt.Printf("!%v\n", err)
		default: // what matches is not counted: that would read it all
			fmt.Printf("%d\t-1\t%s\t%d\n", took.Nanoseconds(), strings.Join(a.hits, ","), a.chars)
		}
	}
	return in.Err()
}

type answer struct {
	hits  []string
	chars int
}

var errUnanswered = errors.New("not answered")

func ask(db *sql.DB, kind string, words []string, from int64) (answer, error) {
	match := strings.Join(words, " OR ")
	var first int64
	if from > 0 {
		if err := db.QueryRow("SELECT coalesce(min(id), 9223372036854775807) FROM item WHERE at >= ?", from).Scan(&first); err != nil {
			return answer{}, err
		}
	}
	switch kind {
	case "any", "recent", "facets":
	case "all":
		match = strings.Join(words, " AND ")
	case "phrase":
		match = `"` + strings.Join(words, " ") + `"`
	case "new":
		return read(db, "SELECT at, '' FROM text JOIN item ON item.id = text.rowid WHERE text MATCH ? ORDER BY text.rowid DESC LIMIT 10", match)
	case "everything":
		return read(db, "SELECT at, '' FROM item ORDER BY id DESC LIMIT 10")
	case "highlights", "status":
	default:
		return answer{}, errUnanswered
	}
	if kind == "facets" || kind == "status" {
		if err := facets(db, match, first); err != nil {
			return answer{}, err
		}
	}
	snippet := "''"
	if kind == "highlights" || kind == "status" {
		snippet = "snippet(text, 1, '<', '>', '…', 40)"
	}
	return read(db, "SELECT at, s FROM (SELECT rowid AS r, "+snippet+" AS s FROM text WHERE text MATCH ? AND rowid >= ? ORDER BY rank LIMIT 10) JOIN item ON item.id = r", match, first)
}

func read(db *sql.DB, ask string, args ...any) (a answer, err error) {
	rows, err := db.Query(ask, args...)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var at int64
		var snippet string
		if err := rows.Scan(&at, &snippet); err != nil {
			return a, err
		}
		a.hits, a.chars = append(a.hits, strconv.FormatInt(at, 10)), a.chars+len(snippet)
	}
	return a, rows.Err()
}

// facets counts what matches by source and by day.
func facets(db *sql.DB, match string, first int64) error {
	for _, by := range []string{"source", "day"} {
		rows, err := db.Query("SELECT "+by+", count(*) FROM text JOIN item ON item.id = text.rowid WHERE text MATCH ? AND text.rowid >= ? GROUP BY 1", match, first)
		if err != nil {
			return err
		}
		for rows.Next() {
			var value, n int64
			if err := rows.Scan(&value, &n); err != nil {
				return errors.Join(err, rows.Close())
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
	}
	return nil
}
