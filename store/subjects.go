package store

import "context"

// Subjects is the number of dispatches that the log has ever held, forgotten ones
// among them: each has a subject of its own.
func (s *Store) Subjects(ctx context.Context) (uint64, error) {
	info, err := s.events.info(ctx)
	if err != nil {
		return 0, err
	}
	return info.State.NumSubjects, nil
}

// Identity tells this log from any other: when its stream was made. It stays the
// same over restarts and on every server of a cluster; a log that is restored or
// made anew has another, and what was derived from the old one does not fit it.
func (s *Store) Identity(ctx context.Context) (string, error) {
	info, err := s.events.info(ctx)
	if err != nil {
		return "", err
	}
	return info.Created.UTC().Format("20060102T150405.000000000"), nil
}
