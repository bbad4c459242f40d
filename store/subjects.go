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
