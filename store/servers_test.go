package store

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// serverModule is a tool of our go.mod, so its version is the embedded one.
const serverModule = "github.com/nats-io/nats-server/v2"

// serverBinary builds nats-server once, in Go's build cache, and says where it is.
var serverBinary = sync.OnceValues(func() (string, error) {
	gotool, err := exec.LookPath("go")
	if err != nil {
		return "", fmt.Errorf("no go tool on PATH to build nats-server with")
	}
	cmd := exec.Command(gotool, "tool", "-n", serverModule)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("nats-server cannot be built: %v: %s", err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
})

// process is one external server of a test.
type process struct {
	name, config, url string
	cmd               *exec.Cmd
	log               *os.File
}

// start starts the server and waits until it takes connections.
func (p *process) start(t testing.TB) {
	t.Helper()
	bin, err := serverBinary()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(bin, "-c", p.config)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	addr := strings.TrimPrefix(p.url, "nats://")
	for range 200 {
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s does not listen on %s", p.name, addr)
}

// kill is a crash.
func (p *process) kill() {
	if p.cmd != nil {
		p.cmd.Process.Kill()
		p.cmd.Wait()
		p.cmd = nil
	}
}

// freePorts are ports of loopback that were free a moment ago.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// startServers starts one server, or several as a cluster, on loopback.
func startServers(t testing.TB, n int) []*process {
	t.Helper()
	_, err := serverBinary()
	need(t, err == nil, fmt.Sprint(err))
	ports := freePorts(t, 2*n)
	var routes []string
	for i := range n {
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", ports[n+i]))
	}
	var ps []*process
	for i := range n {
		dir := t.TempDir()
		p := &process{name: fmt.Sprintf("n%d", i), config: filepath.Join(dir, "nats.conf"), url: fmt.Sprintf("nats://127.0.0.1:%d", ports[i])}
		conf := fmt.Sprintf("server_name: %s\nlisten: 127.0.0.1:%d\njetstream { store_dir: %q, sync_interval: always, max_file_store: 10GB, max_memory_store: 64MB }\n",
			p.name, ports[i], filepath.Join(dir, "js"))
		if n > 1 {
			conf += fmt.Sprintf("cluster { name: test, listen: 127.0.0.1:%d, routes: [%s] }\n", ports[n+i], strings.Join(routes, ", "))
		}
		if err := os.WriteFile(p.config, []byte(conf), 0o600); err != nil {
			t.Fatal(err)
		}
		if p.log, err = os.Create(filepath.Join(dir, "log")); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.kill(); p.log.Close() })
		ps = append(ps, p)
	}
	for _, p := range ps {
		p.start(t)
	}
	waitJetStream(t, urls(ps))
	return ps
}

func urls(ps []*process) string {
	var us []string
	for _, p := range ps {
		us = append(us, p.url)
	}
	return strings.Join(us, ",")
}

// waitJetStream waits until a cluster has found its leader.
func waitJetStream(t testing.TB, url string) {
	t.Helper()
	nc, err := nats.Connect(url, nats.Timeout(5*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	for range 60 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_, err = js.AccountInfo(ctx)
		cancel()
		if err == nil {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("JetStream is not ready: %v", err)
}
