package schedule

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"sitrep/store"
)

// memKV has the semantics of the store's key-value: revisions rise over the
// whole bucket, and every write but Delete is a compare-and-set.
type memKV struct {
	mu    sync.Mutex
	rev   uint64
	vals  map[string]memVal
	fails func(op, key string) error // an outage, if set
}

type memVal struct {
	data []byte
	rev  uint64
}

func newMemKV() *memKV { return &memKV{vals: map[string]memVal{}} }

func (m *memKV) enter(op, key string) error {
	if key != "" && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" || strings.HasSuffix(key, ".") {
		return fmt.Errorf("key %q is not allowed", key)
	}
	if m.fails != nil {
		return m.fails(op, key)
	}
	return nil
}

func (m *memKV) Get(_ context.Context, key string) ([]byte, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter("get", key); err != nil {
		return nil, 0, err
	}
	v, ok := m.vals[key]
	if !ok {
		return nil, 0, fmt.Errorf("get %s: %w", key, store.ErrNotFound)
	}
	return v.data, v.rev, nil
}

func (m *memKV) Create(_ context.Context, key string, data []byte) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter("create", key); err != nil {
		return 0, err
	}
	if _, ok := m.vals[key]; ok {
		return 0, fmt.Errorf("create %s: %w", key, store.ErrExists)
	}
	m.rev++
	m.vals[key] = memVal{data, m.rev}
	return m.rev, nil
}

func (m *memKV) Update(_ context.Context, key string, data []byte, rev uint64) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter("update", key); err != nil {
		return 0, err
	}
	if m.vals[key].rev != rev {
		return 0, fmt.Errorf("update %s: %w", key, store.ErrConflict)
	}
	m.rev++
	m.vals[key] = memVal{data, m.rev}
	return m.rev, nil
}

func (m *memKV) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter("delete", key); err != nil {
		return err
	}
	delete(m.vals, key)
	return nil
}

func (m *memKV) Keys(context.Context) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter("keys", ""); err != nil {
		return nil, err
	}
	var keys []string
	for k := range m.vals {
		keys = append(keys, k)
	}
	return keys, nil
}

func (m *memKV) setFails(f func(op, key string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fails = f
}

func TestKeysAreDistinctAndSafe(t *testing.T) {
	seen := map[string]string{}
	for _, guild := range []string{"", "1", "12", "1.n2", "G", "g", "_47", "غ", strings.Repeat("G", 64)} {
		for _, name := range []string{"a", "a_b", "a-b", "a_5fb", "الصباح", "ümlaut", strings.Repeat("晨", 32), strings.Repeat("晨", 31) + "昏"} {
			k := key(guild, name)
			if strings.Trim(k, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" || strings.Count(k, ".") != 1 || len(k) > 250 {
				t.Errorf("key(%q, %q) = %q: not safe", guild, name, k)
			}
			if old, ok := seen[k]; ok {
				t.Errorf("key %q stands for %q and %q", k, old, guild+"/"+name)
			}
			seen[k] = guild + "/" + name
		}
	}
	if key("1", "Morning") != key("1", "morning") {
		t.Error("upper and lower case are two names")
	}
	// An é of one and of two code points is one name.
	if key("1", "caf\u00e9") != key("1", "cafe\u0301") {
		t.Error("two spellings of é are two names")
	}
}
