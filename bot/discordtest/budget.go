package discordtest

import "time"

// limits is what the server keeps of IDENTIFYs:
// https://docs.discord.com/developers/events/gateway#session-start-limit-object
type limits struct {
	identified []identified
	tooFast    int
	last       map[int]time.Time // bucket → its last IDENTIFY that was let through
	from       time.Time         // when the budget began
	used       int
}

type identified struct {
	at    time.Time
	shard int
}

// budget is how many IDENTIFYs are left, and how long until there are all again.
func (s *Server) budget() (left int, reset time.Duration) {
	if s.limits.from.IsZero() || time.Since(s.limits.from) > s.o.ResetAfter {
		s.limits.from, s.limits.used = time.Now(), 0
	}
	return max(s.o.Remaining-s.limits.used, 0), max(s.o.ResetAfter-time.Since(s.limits.from), 0)
}

// admit counts an IDENTIFY. ok says that its bucket was free; spent, that none was left.
func (s *Server) admit(shard int) (ok, spent bool) {
	now := time.Now()
	s.limits.identified = append(s.limits.identified, identified{now, shard})
	bucket := shard % s.o.Concurrency
	// A twentieth of the window is allowed for what the way to us varies.
	if last, before := s.limits.last[bucket]; before && now.Sub(last) < s.o.IdentifyWindow-s.o.IdentifyWindow/20 {
		s.limits.tooFast++
		return false, false
	}
	left, _ := s.budget()
	s.limits.used++
	if s.limits.last == nil {
		s.limits.last = map[int]time.Time{}
	}
	s.limits.last[bucket] = now
	return true, left == 0
}

// TooFast is how many IDENTIFYs came within Options.IdentifyWindow of another.
func (s *Server) TooFast() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits.tooFast
}

// Identifies are the times of all IDENTIFYs.
func (s *Server) Identifies() []time.Time { return s.identifiesOf(-1) }

// IdentifiesOf are the times of a shard's IDENTIFYs.
func (s *Server) IdentifiesOf(shard int) []time.Time { return s.identifiesOf(shard) }

func (s *Server) identifiesOf(shard int) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []time.Time
	for _, i := range s.limits.identified {
		if shard < 0 || shard == i.shard {
			out = append(out, i.at)
		}
	}
	return out
}

// Connected are the shards that have a connected session.
func (s *Server) Connected() map[int]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[int]bool{}
	for _, ses := range s.sessions {
		if ses.conn != nil {
			out[ses.shard[0]] = true
		}
	}
	return out
}
