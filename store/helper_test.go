package store

import (
	"context"
	"fmt"
	"os"
	"strings"

	"sitrep/news"
)

// The environment of the helper processes.
const (
	helperDir  = "SITREP_STORE_DIR"
	helperFeed = "SITREP_STORE_FEED"
)

// helpFile files dispatches without end, one at a time and in batches in turn, and
// prints each acknowledged ID with its number. Its parent kills it.
func helpFile() {
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: os.Getenv(helperDir)})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("open")
	for n := 0; ; {
		size := 1
		if n%3 == 2 {
			size = 70
		}
		ds := make([]news.Dispatch, size)
		for i := range ds {
			ds[i] = news.Dispatch{Body: strings.Repeat("text ", 400), Origin: news.Origin{
				Kind: news.OriginRecord, Feed: os.Getenv(helperFeed), Item: fmt.Sprintf("%d/%d", n, i)}}
		}
		fs, err := s.File(ctx, ds)
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		var b strings.Builder
		for _, f := range fs {
			fmt.Fprintf(&b, "%s %s %d\n", f.Outcome, f.ID, f.Seq)
		}
		os.Stdout.WriteString(b.String())
		n++
	}
}

// helpLock opens a store, says what came of it, and holds it until its input ends.
func helpLock() {
	s, err := Open(context.Background(), Options{Dir: os.Getenv(helperDir)})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("open")
	os.Stdin.Read(make([]byte, 1))
	if err := s.Close(); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("closed")
}
