package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// dialTime bounds one attempt to connect to one server.
const dialTime = 5 * time.Second

// connect connects to the embedded server, or to the one at address where srv is nil.
func connect(address string, srv *server.Server, l *link, log *slog.Logger) (*nats.Conn, error) {
	opts := []nats.Option{
		nats.Name("sitrep"),
		nats.Timeout(dialTime),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		// A write during a reconnect fails at once and is tried again by its
		// identity, rather than being sent some time later.
		nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(nc *nats.Conn, err error) {
			l.lost()
			if err != nil {
				log.Warn("the connection to NATS is lost: trying again", "err", err)
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) {
			log.Info("connected to NATS again", "server", nc.ConnectedUrlRedacted())
		}),
		nats.ErrorHandler(func(_ *nats.Conn, sub *nats.Subscription, err error) {
			log.Warn("NATS", "err", err)
		}),
	}
	if srv != nil {
		opts = append(opts, nats.InProcessServer(srv))
		address = ""
	}
	nc, err := nats.Connect(address, opts...)
	if err == nil {
		return nc, nil
	}
	if srv != nil {
		return nil, fmt.Errorf("connect to the embedded NATS server: %w", err)
	}
	return nil, fmt.Errorf("connect to NATS at %s: %w: start it, or unset NATS_URL to keep the log in the state directory",
		redacted(address), err)
}

// redacted is a list of addresses without passwords and tokens.
func redacted(address string) string {
	parts := strings.Split(address, ",")
	for i, p := range parts {
		u, err := url.Parse(strings.TrimSpace(p))
		if err != nil {
			parts[i] = "(an address that cannot be read)"
			continue
		}
		if u.User != nil {
			u.User = url.User("xxxxx")
		}
		parts[i] = u.String()
	}
	return strings.Join(parts, ",")
}

// dispatchConfig is the log's stream: on disk, without an age limit. When the
// disk is full new records are refused; the default would drop old ones.
func dispatchConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:               dispatchStream,
		Description:        "sitrep: what happened to each dispatch",
		Subjects:           []string{dispatchPrefix + "*"},
		Storage:            jetstream.FileStorage,
		Retention:          jetstream.LimitsPolicy,
		Discard:            jetstream.DiscardNew,
		Replicas:           replicas,
		AllowDirect:        true,
		AllowAtomicPublish: true,
	}
}

// bucketConfig is the stream of a key-value bucket, laid out as every NATS client
// expects it (subjects $KV.<bucket>.<key>, roll-ups allowed, deletion only by marker).
// A value that is older than maxAge goes; 0 keeps it.
func bucketConfig(name string, replicas int, maxAge time.Duration) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:              "KV_" + name,
		Description:       "sitrep: " + name,
		Subjects:          []string{"$KV." + name + ".>"},
		Storage:           jetstream.FileStorage,
		Retention:         jetstream.LimitsPolicy,
		Discard:           jetstream.DiscardNew,
		MaxMsgsPerSubject: bucketHistory,
		MaxAge:            maxAge,
		Replicas:          replicas,
		AllowDirect:       true,
		AllowRollup:       true,
		DenyDelete:        true,
	}
}

// openStream opens a stream, creating it where there is none. A stream that is
// there keeps its settings, but for those without which the log is not safe, and
// for the number of replicas where the operator gave one.
func (s *Store) openStream(ctx context.Context, cfg jetstream.StreamConfig, setReplicas bool) (*stream, error) {
	st := &stream{name: cfg.Name, nc: s.nc, link: s.link, js: s.js, log: s.log, metrics: s.metrics, clustered: s.replicas > 1}
	err := st.retry(ctx, "open", func(ctx context.Context) error {
		h, err := s.js.Stream(ctx, cfg.Name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			h, err = s.js.CreateStream(ctx, cfg)
			if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
				return errTryAgain // made by another replica of sitrep at this moment
			}
		}
		if err != nil {
			return err
		}
		have := h.CachedInfo().Config
		want := have
		want.MaxAge, want.AllowDirect = cfg.MaxAge, true
		want.AllowAtomicPublish = have.AllowAtomicPublish || cfg.AllowAtomicPublish
		if setReplicas {
			want.Replicas = cfg.Replicas
		}
		if have.MaxAge != want.MaxAge || !have.AllowDirect || have.AllowAtomicPublish != want.AllowAtomicPublish || have.Replicas != want.Replicas {
			if h, err = s.js.UpdateStream(ctx, want); err != nil {
				return err
			}
		}
		return checkStream(h.CachedInfo().Config, cfg)
	})
	if err != nil {
		return nil, fmt.Errorf("open the stream %s: %w%s", cfg.Name, err, hint(err))
	}
	return st, nil
}

// checkStream refuses a stream that could lose what it has acknowledged.
func checkStream(have, want jetstream.StreamConfig) error {
	switch {
	case have.Storage != jetstream.FileStorage:
		return errors.New("it is kept in memory only: remove it, or use another server")
	case want.AllowAtomicPublish && !have.AllowAtomicPublish:
		return errors.New("the server cannot publish batches atomically: it takes NATS 2.12 or newer")
	}
	return nil
}

// hint says what to do about the errors that an operator can mend.
func hint(err error) string {
	const noPeers, insufficient = 10005, 10023
	var api *jetstream.APIError
	switch {
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount):
		return ": start nats-server with JetStream (-js)"
	case errors.As(err, &api) && (api.ErrorCode == noPeers || api.ErrorCode == insufficient):
		return ": fewer servers than replicas, or no space left on one: start the others, or set the replicas lower"
	}
	return ""
}
