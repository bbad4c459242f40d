package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// auditStream holds who changed what, a subject for each community.
	auditStream = "AUDIT"
	auditPrefix = "audit."
	// auditAge is how long entries are kept: a year, and the time to look at it.
	auditAge = 400 * 24 * time.Hour
	// beforeHeader names the entry of the same community that came before, so that
	// the log is read from its end.
	beforeHeader = "Sitrep-Before"
)

// auditConfig is the stream of the audit logs. It is only ever appended to.
func auditConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        auditStream,
		Description: "sitrep: who changed what",
		Subjects:    []string{auditPrefix + ">"},
		Storage:     jetstream.FileStorage,
		Retention:   jetstream.LimitsPolicy,
		Discard:     jetstream.DiscardNew,
		MaxAge:      auditAge,
		Replicas:    replicas,
		AllowDirect: true,
		DenyDelete:  true,
		DenyPurge:   true,
	}
}

// auditLog opens the audit stream at its first use.
func (s *Store) auditLog(ctx context.Context) (*stream, error) {
	s.mu.Lock()
	st := s.audit
	s.mu.Unlock()
	if st != nil {
		return st, nil
	}
	st, err := s.openStream(ctx, auditConfig(s.replicas), false)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.audit = st
	return st, nil
}

// auditSubject is the subject of a guild's entries; "" is the local community.
func auditSubject(guild string) (string, error) {
	if len(guild) > maxKey {
		return "", fmt.Errorf("audit log of %.40q…: a community's ID has at most %d bytes", guild, maxKey)
	}
	return auditPrefix + "g" + encodeKey(guild), nil
}

// Audit appends an entry to a community's audit log, exactly once, and returns when
// it is on disk. Entries are kept for 400 days.
func (s *Store) Audit(ctx context.Context, guild string, data []byte) error {
	subject, err := auditSubject(guild)
	if err != nil {
		return err
	}
	st, err := s.auditLog(ctx)
	if err != nil {
		return err
	}
	if most := st.room(); len(data) > most {
		return fmt.Errorf("write the audit log: %w: %d bytes, the limit is %d", ErrTooLarge, len(data), most)
	}
	err = st.settle(ctx, []string{subject}, func(now map[string]message) (change, error) {
		last := now[subject].seq
		w := write{subject: subject, after: last, data: data, header: map[string]string{beforeHeader: strconv.FormatUint(last, 10)}}
		return change{[]write{w}, func(uint64) {}}, nil
	})
	if err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	return nil
}

// AuditLog is the newest n entries of a community's audit log, the newest first.
func (s *Store) AuditLog(ctx context.Context, guild string, n int) ([][]byte, error) {
	subject, err := auditSubject(guild)
	if err != nil || n <= 0 {
		return nil, err
	}
	st, err := s.auditLog(ctx)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	which := map[string]any{"last_by_subj": subject}
	for len(out) < n {
		m, ok, err := st.ask(ctx, which)
		if err != nil {
			return out, fmt.Errorf("read the audit log: %w", err)
		}
		if !ok || m.subject != subject {
			break // what came before is past its age
		}
		out = append(out, m.data)
		before, err := strconv.ParseUint(m.header.Get(beforeHeader), 10, 64)
		if err != nil || before == 0 {
			break
		}
		which = map[string]any{"seq": before}
	}
	return out, nil
}
