package bot

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"sitrep/bot/discordtest"
)

// TestLoad: 10,000 questions in 10 seconds from 7 people cost few goroutines and no
// memory that stays, and three others who ask now and then are answered within a
// second. It runs alone, since it counts what the whole program has.
func TestLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes 14 seconds")
	}
	if raceDetector {
		t.Skip("the race detector takes memory and time of its own")
	}
	const (
		questions, span = 10_000, 10 * time.Second
		flooders        = 7
		moreGoroutines  = 200
		slowest         = time.Second
		moreHeap        = 20 << 20
	)
	d := &desk{forget: true}
	r := prepareAlone(t, discordtest.Options{Forget: true}, d)
	r.bot.floods = newFloods()
	r.bot.pace = basePace
	r.start()
	r.Say(general, discordtest.MemberID, "!status warm")
	r.replies(general, 1)
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, idle := heap(), runtime.NumGoroutine()

	var wg sync.WaitGroup
	stop := make(chan struct{})
	peak := 0
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				peak = max(peak, runtime.NumGoroutine())
			}
		}
	})
	var mu sync.Mutex
	var waits []time.Duration
	for n := range 3 { // in the flooded channel, one beside it, and directly
		user := fmt.Sprintf("39000000000000%04d", n)
		channel := []string{general, discordtest.Desk, r.DM(user)}[n]
		wg.Go(func() {
			for k := 0; ; k++ {
				select {
				case <-stop:
					return
				case <-time.After(2100 * time.Millisecond):
				}
				began := time.Now()
				id := r.Say(channel, user, fmt.Sprintf("!status quiet-%d-%d", n, k))
				wait := r.answerTo(channel, id, began)
				mu.Lock()
				waits = append(waits, wait)
				mu.Unlock()
			}
		})
	}
	began := time.Now()
	for n := range questions {
		if early := span*time.Duration(n)/questions - time.Since(began); early > 0 {
			time.Sleep(early)
		}
		r.Say(general, fmt.Sprintf("38000000000000%04d", n%flooders), fmt.Sprintf("!status flood-%d", n))
	}
	took := time.Since(began)
	close(stop)
	wg.Wait()
	slices.Sort(waits)
	p95 := waits[len(waits)*95/100]
	after := heap()
	for n := 0; n < 50 && after > before+moreHeap; n++ {
		time.Sleep(100 * time.Millisecond)
		after = heap()
	}
	t.Logf("%d questions in %v: %d goroutines above %d, %d quiet questions, p95 %v, heap %+.1f MB, %d answers",
		questions, took.Round(time.Millisecond), peak-idle, idle, len(waits), p95.Round(time.Millisecond), (float64(after)-float64(before))/(1<<20), r.Sent())
	if took > span+2*time.Second {
		t.Errorf("the questions took %v to be asked", took)
	}
	if peak-idle > moreGoroutines {
		t.Errorf("%d goroutines above idle", peak-idle)
	}
	if len(waits) < 9 || p95 > slowest {
		t.Errorf("the others waited %v", waits)
	}
	if after > before+moreHeap {
		t.Errorf("the heap has grown from %d to %d bytes", before, after)
	}
	// Each flooder gets a burst, a question every two seconds, and one notice.
	if n, most := r.Sent(), flooders*(userBurst+int(span/userEvery)+3)+len(waits); n > most {
		t.Errorf("%d answers, want %d at most", n, most)
	}
}

// answerTo waits for the answer to a message and says how long it took.
func (r *room) answerTo(channel, id string, began time.Time) time.Duration {
	for r.ctx.Err() == nil {
		for _, m := range r.Replies(channel) {
			if m.ReplyTo == id {
				return m.At.Sub(began)
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return time.Hour
}
