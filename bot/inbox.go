package bot

import "sync"

// post is what happened to a message of a source.
type post struct {
	kind postKind
	m    wireMessage
}

type postKind int

const (
	postNew        postKind = iota
	postChanged             // m is the whole message as it is now
	postPartly              // only its ID is known: it has to be read
	postGone                // it was deleted
	postThreadGone          // its thread was deleted
)

// inbox is what the gateway has told a feed and the feed has not yet done. It never
// loses anything: where too much waits, the messages themselves are dropped and the
// channel is read again from where it was left.
type inbox struct {
	mu   sync.Mutex
	wake chan struct{}

	list []post
	// again are the channels and threads to be read from their cursor on. New
	// messages there are not kept: that reading finds them.
	again map[string]bool
	// all says that everything is to be read from its cursor: a session begins.
	all bool
	// retry says that a failing source may be read again before its time.
	retry bool
	// there says that the gateway has told of the guild.
	there bool
	// gone says that the channel was deleted, or the bot was removed from the guild.
	gone gone
	// tell is the channel in which the history's progress shall be told.
	tell string
}

const (
	// maxInbox is how many messages wait for a feed; notes of deletions and changes,
	// which cannot be read anew, may be more.
	maxInbox = 1000
	maxNotes = 20000
)

// put changes the inbox and wakes the feed.
func (i *inbox) put(change func(*inbox)) {
	i.mu.Lock()
	change(i)
	i.mu.Unlock()
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// push takes a post in. It never blocks.
func (i *inbox) push(p post) {
	i.put(func(i *inbox) {
		full := len(i.list) >= maxInbox
		switch {
		case p.kind == postNew && (full || i.again[p.m.Channel]):
			i.again[p.m.Channel] = true
			return
		case p.kind == postChanged && full:
			p = post{postPartly, wireMessage{ID: p.m.ID, Channel: p.m.Channel, Guild: p.m.Guild}}
		}
		if len(i.list) >= maxNotes {
			i.all = true // compares the newest messages with what was filed
			return
		}
		i.list = append(i.list, p)
	})
}

// taken is what a feed does next.
type taken struct {
	list  []post
	again map[string]bool
	all   bool
	gone  gone
	tell  string
}

// take empties the inbox.
func (i *inbox) take() taken {
	i.mu.Lock()
	defer i.mu.Unlock()
	t := taken{i.list, i.again, i.all, i.gone, i.tell}
	i.list, i.again, i.all, i.retry, i.gone, i.tell = nil, map[string]bool{}, false, false, "", ""
	return t
}
