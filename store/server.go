package store

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const (
	// maxStore is how much the embedded server may keep on disk. It is given, since
	// the server otherwise derives it from what is free at the start, and a fuller
	// disk after a restart would make it refuse writes that fit.
	maxStore = 1 << 40
	// maxMemory bounds memory streams, of which there are none but small consumers.
	maxMemory = 64 << 20
	// startTime bounds the start of the embedded server. A million dispatches open
	// in about a second after a crash.
	startTime = 2 * time.Minute
)

// startServer starts the embedded JetStream server on a folder.
func startServer(dir string, log *slog.Logger) (*server.Server, error) {
	srv, err := server.NewServer(&server.Options{
		ServerName:             "sitrep",
		DontListen:             true,
		NoSigs:                 true,
		JetStream:              true,
		StoreDir:               dir,
		SyncAlways:             true,
		JetStreamMaxStore:      maxStore,
		JetStreamMaxMemory:     maxMemory,
		DisableJetStreamBanner: true,
	})
	if err != nil {
		return nil, fmt.Errorf("start the store in %s: %w", dir, err)
	}
	l := &serverLog{log: log.With("part", "nats-server")}
	srv.SetLoggerV2(l, false, false, false)
	srv.Start()
	// Start has tried everything when it returns; waiting after a failure is for nothing.
	if l.failed() || !srv.ReadyForConnections(startTime) || !srv.JetStreamEnabled() {
		srv.Shutdown()
		srv.WaitForShutdown()
		return nil, fmt.Errorf("start the store in %s: %s: check that the folder can be written, and the space on its disk", dir, l.reason())
	}
	return srv, nil
}

// serverLog hands the server's lines to our log and keeps the reason of a failed start.
type serverLog struct {
	log   *slog.Logger
	mu    sync.Mutex
	fatal string
}

func (l *serverLog) Noticef(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l *serverLog) Debugf(format string, v ...any)  { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l *serverLog) Tracef(format string, v ...any)  { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l *serverLog) Warnf(format string, v ...any)   { l.log.Warn(fmt.Sprintf(format, v...)) }
func (l *serverLog) Errorf(format string, v ...any)  { l.log.Error(fmt.Sprintf(format, v...)) }

// Fatalf is called where the server cannot go on; it does not end the process.
func (l *serverLog) Fatalf(format string, v ...any) {
	msg := fmt.Sprintf(format, v...)
	l.log.Error(msg)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fatal == "" {
		l.fatal = msg
	}
}

func (l *serverLog) failed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fatal != ""
}

func (l *serverLog) reason() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fatal == "" {
		return "it was not ready in time"
	}
	return l.fatal
}
