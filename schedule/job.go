package schedule

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

const (
	// lateAfter is from when on a run is called late.
	lateAfter = time.Minute
	// maxReason is the longest reason that a LastResult repeats, in characters.
	maxReason = 300
	// recordTimeout bounds one write of a result to the book.
	recordTimeout = 5 * time.Second
)

// pauses are the waits between the tries of an occurrence.
var pauses = [...]time.Duration{time.Second, 5 * time.Second, 25 * time.Second}

// job carries out a plan. It is true where the schedule went on, so that it is
// worth looking at it again at once.
func (r *Runner) job(ctx context.Context, s Schedule, p plan) bool {
	log := r.log.With("guild", s.Guild, "name", s.Name, "occurrence", p.occurrence)
	switch p.act {
	case miss:
		text := fmt.Sprintf("missed %s: sitrep was off for more than %s", missedText(p.missed), hours(Grace))
		if !r.edit(ctx, s, func(cur *Schedule) { cur.settle(p.occurrence, text) }) {
			return false
		}
		r.metrics.runs.WithLabelValues("missed").Add(float64(p.missed))
		log.Warn("schedule missed", "runs", p.missed)
		return true
	case lose:
		const text = "may not have been posted: sitrep stopped while it was posting"
		if !r.edit(ctx, s, func(cur *Schedule) { cur.settle(p.occurrence, text) }) {
			return false
		}
		r.metrics.runs.WithLabelValues("unknown").Inc()
		log.Warn("schedule may not have been posted")
		return true
	}
	now := r.now()
	if p.act == resume && now.Sub(s.Claimed) >= NonceWindow {
		return true // it waited too long for a slot: the next look gives it up
	}
	var claimed Schedule
	if !r.edit(ctx, s, func(cur *Schedule) {
		cur.Pending, cur.Owner = p.occurrence, r.owner
		if p.act == begin {
			cur.Claimed = now
		}
		claimed = *cur
	}) {
		return false
	}
	tries, err := r.run(ctx, claimed)
	if final, _ := finality(err); err != nil && !final && ctx.Err() != nil {
		log.Info("schedule left for the next start", "err", err)
		return false // still claimed: whoever comes next goes on within the window
	}
	r.record(ctx, claimed, r.result(claimed, p, tries, err), err)
	return true
}

// edit changes a schedule if it is still as the plan saw it.
func (r *Runner) edit(ctx context.Context, s Schedule, change func(*Schedule)) bool {
	_, err := r.book.update(ctx, s.Guild, s.Name, func(cur *Schedule) error {
		if !sameState(cur, &s) {
			return errStale
		}
		change(cur)
		return nil
	})
	switch {
	case err == nil:
		return true
	case errors.Is(err, errStale), errors.Is(err, ErrNotFound), ctx.Err() != nil:
		// Another runner was faster, or a person removed it.
	default:
		r.log.Error("schedule could not be claimed", "guild", s.Guild, "name", s.Name, "err", err)
	}
	return false
}

// run fires until it works, fails for good, or the tries or the window end. It
// returns the number of tries.
func (r *Runner) run(ctx context.Context, s Schedule) (int, error) {
	left := s.Claimed.Add(NonceWindow).Sub(r.now())
	fctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), left)
	watcher := make(chan struct{})
	go func() {
		defer close(watcher)
		endLate(ctx, fctx, cancel)
	}()
	defer func() { cancel(); <-watcher }()
	for try := 1; ; try++ {
		err := r.call(fctx, s)
		if err != nil && errors.Is(fctx.Err(), context.DeadlineExceeded) {
			err = fmt.Errorf("it took longer than %s: %w", hours(NonceWindow), err)
		}
		final, _ := finality(err)
		if err == nil || final || try > len(pauses) {
			return try, err
		}
		r.log.Warn("schedule failed, trying again", "guild", s.Guild, "name", s.Name, "try", try, "err", err)
		timer := time.NewTimer(pauses[try-1])
		select {
		case <-timer.C:
		case <-fctx.Done():
		case <-ctx.Done():
		}
		timer.Stop()
		if fctx.Err() != nil || ctx.Err() != nil {
			return try, err
		}
	}
}

// endLate cancels what runs, a while after ctx has ended.
func endLate(ctx, running context.Context, cancel context.CancelFunc) {
	select {
	case <-running.Done():
		return
	case <-ctx.Done():
	}
	timer := time.NewTimer(stopGrace)
	defer timer.Stop()
	select {
	case <-running.Done():
	case <-timer.C:
		cancel()
	}
}

// call is one try. A panic in it is its error.
func (r *Runner) call(ctx context.Context, s Schedule) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error: %v", p)
		}
	}()
	return r.fire(ctx, s, s.Pending)
}

// result says in words what became of an occurrence.
func (r *Runner) result(s Schedule, p plan, tries int, err error) string {
	var b strings.Builder
	switch {
	case err == nil:
		b.WriteString("posted")
		if late := s.Claimed.Sub(p.occurrence); late >= lateAfter {
			fmt.Fprintf(&b, " %s late", hours(late))
		}
	case tries > 1:
		fmt.Fprintf(&b, "failed after %d tries: %s", tries, reason(err))
	default:
		fmt.Fprintf(&b, "failed: %s", reason(err))
	}
	if p.missed > 0 {
		fmt.Fprintf(&b, "; %s before it missed", missedText(p.missed))
	}
	return b.String()
}

// record settles an occurrence. It tries for as long as the claim lasts: what is
// posted and not recorded would be posted again.
func (r *Runner) record(ctx context.Context, s Schedule, result string, fireErr error) {
	_, disable := finality(fireErr)
	log := r.log.With("guild", s.Guild, "name", s.Name, "occurrence", s.Pending)
	for pause := time.Second; ; pause *= 2 {
		wctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
		_, err := r.book.update(wctx, s.Guild, s.Name, func(cur *Schedule) error {
			if !cur.Created.Equal(s.Created) || !cur.Pending.Equal(s.Pending) {
				return errStale
			}
			cur.settle(s.Pending, result)
			cur.Paused = cur.Paused || disable
			return nil
		})
		cancel()
		if err == nil || errors.Is(err, errStale) || errors.Is(err, ErrNotFound) {
			break
		}
		log.Error("schedule's result could not be recorded", "result", result, "err", err)
		if ctx.Err() != nil || r.now().Add(pause).After(s.Claimed.Add(NonceWindow)) {
			return
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	if fireErr != nil {
		r.metrics.runs.WithLabelValues("failed").Inc()
		log.Error("schedule failed", "result", result)
		return
	}
	r.metrics.runs.WithLabelValues("posted").Inc()
	r.metrics.lag.Observe(s.Claimed.Sub(s.Pending).Seconds())
	log.Info("schedule posted", "result", result)
}

// reason is an error on one line, for a person.
func reason(err error) string {
	text := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(err.Error(), "?"))
	if runes := []rune(text); len(runes) > maxReason {
		text = string(runes[:maxReason-1]) + "…"
	}
	return text
}

// hours is a length of time for a person: 45 m, 6 h, 6 h 30 m.
func hours(d time.Duration) string {
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case h == 0:
		return fmt.Sprintf("%d m", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	}
	return fmt.Sprintf("%d h %d m", h, m)
}
