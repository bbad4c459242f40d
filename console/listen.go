package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// portsTried is how many ports after the given one are tried before any free one is taken.
const portsTried = 20

// wsaeaddrinuse is what Windows says of a taken port; syscall.EADDRINUSE is
// another number there.
const wsaeaddrinuse = syscall.Errno(10048)

// Listen opens the address and returns it as it is (host:port). If its port is
// taken it takes the next free one and says so (taken), unless Options.Exact.
// Serve calls it where it was not called before.
func (c *Console) Listen() (addr string, taken bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listener != nil {
		return "", false, fmt.Errorf("console: already listening on %s", c.listener.Addr())
	}
	l, err := net.Listen("tcp", c.o.Addr)
	if portTaken(err) {
		if c.o.Exact {
			return "", true, fmt.Errorf("console address %s is taken by another program: stop that one, or choose another port: %w", c.o.Addr, err)
		}
		taken = true
		l, err = listenNear(c.o.Addr)
	}
	if err != nil {
		return "", taken, fmt.Errorf("console address %s: %w: choose another with --console", c.o.Addr, err)
	}
	c.listener = l
	return l.Addr().String(), taken, nil
}

// listenNear opens one of the ports after addr's or, if all are taken, any free one.
func listenNear(addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	n, err := net.LookupPort("tcp", port)
	if err != nil {
		return nil, err
	}
	for p := n + 1; p <= min(n+portsTried, 65535); p++ {
		if l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(p))); err == nil {
			return l, nil
		}
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
}

func portTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaeaddrinuse)
}

// loopback reports whether only this machine reaches a host. A name other than
// localhost could mean any address, so it counts as reachable.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// Serve answers until ctx ends, then lets what is being answered finish, for at
// most 5 seconds. It returns nil when ctx ended it.
func (c *Console) Serve(ctx context.Context) error {
	c.mu.Lock()
	l := c.listener
	c.mu.Unlock()
	if l == nil {
		if _, _, err := c.Listen(); err != nil {
			return err
		}
		l = c.listener
	}
	srv := &http.Server{
		Handler:           c.handler,
		ReadHeaderTimeout: c.lim.readHeader,
		ReadTimeout:       c.lim.read,
		WriteTimeout:      c.lim.write,
		IdleTimeout:       c.lim.idle,
		MaxHeaderBytes:    c.lim.header,
		ErrorLog:          slog.NewLogLogger(c.log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		c.end()
		return fmt.Errorf("console on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	c.end()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.lim.shutdown)
	defer cancel()
	if err := srv.Shutdown(late); err != nil {
		c.log.Warn("console: answers were cut off at shutdown", "after", c.lim.shutdown)
		_ = srv.Close()
	}
	err := <-failed
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// end lets the event streams go; Shutdown would wait for them for ever.
func (c *Console) end() { c.stop.Do(func() { close(c.done) }) }

// patient lifts the read deadline of a request whose body has been read. The
// server's own stays on the connection, and when it passes net/http takes the
// client for gone and cancels the request's context while the answer is still
// being worked out.
func patient(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
}
