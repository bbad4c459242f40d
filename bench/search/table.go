package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// measurement asks all engines everything and keeps the times.
type measurement struct {
	options  options
	archive  *archive
	engines  []*engine
	running  []*running
	times    map[string]map[string][]time.Duration // by kind, by engine
	counts   map[string]map[string][]int           // hits that were counted
	alike    map[string]map[string][]float64       // share of sitrep's hits that it has too
	first    map[string]time.Duration              // open until the first answer
	rss      map[string]memory
	started  time.Time
	finished time.Time
}

// memory is what a process holds: its own, and pages of files, which the system
// can take back.
type memory struct{ all, own int64 }

// opens is how often the opening is timed.
const opens = 5

func (m *measurement) take(ctx context.Context) (err error) {
	m.started = time.Now()
	m.times, m.counts, m.alike = map[string]map[string][]time.Duration{}, map[string]map[string][]int{}, map[string]map[string][]float64{}
	m.first, m.rss = map[string]time.Duration{}, map[string]memory{}
	if err := m.open(ctx); err != nil {
		return err
	}
	for _, e := range m.engines {
		r, err := e.start(ctx, m.archive)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.stop()) }()
		m.running = append(m.running, r)
	}
	only := splitList(m.options.kinds)
	for _, k := range kinds {
		if len(only) > 0 && !slices.Contains(only, k.name) {
			continue
		}
		if err := m.askAll(k); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "asked: %s\n", k.title)
	}
	for _, r := range m.running {
		mem, err := memoryOf(r.cmd.Process.Pid)
		if err != nil {
			return err
		}
		m.rss[r.name] = mem
	}
	m.finished = time.Now()
	return nil
}

// open times how long it takes each engine from opening its files to its first answer.
func (m *measurement) open(ctx context.Context) error {
	for _, e := range m.engines {
		var times []time.Duration
		for i := range opens {
			r, err := e.start(ctx, m.archive)
			if err != nil {
				return err
			}
			took := r.opened()
			a, err := r.ask("any", m.archive.Questions["any"][i%len(m.archive.Questions["any"])])
			if err = errors.Join(err, r.stop()); err != nil {
				return err
			}
			times = append(times, took+a.took)
		}
		m.first[e.name] = quantile(times, .5)
	}
	return nil
}

// askAll asks one kind of question of all engines, one by one, each time another
// first. Of several rounds the best time of each question counts.
func (m *measurement) askAll(k kind) error {
	m.times[k.name], m.counts[k.name], m.alike[k.name] = map[string][]time.Duration{}, map[string][]int{}, map[string][]float64{}
	able := slices.DeleteFunc(slices.Clone(m.running), func(r *running) bool { return k.ours && r.name != "sitrep" })
	var ask func(i int, q question) (map[string]answer, error)
	ask = func(i int, q question) (map[string]answer, error) {
		answers := map[string]answer{}
		for j := range able {
			r := able[(i+j)%len(able)]
			a, err := r.ask(k.name, q)
			if errors.Is(err, errUnanswered) {
				able = slices.DeleteFunc(slices.Clone(able), func(o *running) bool { return o == r })
				return ask(i, q)
			}
			if err != nil {
				return nil, err
			}
			answers[r.name] = a
		}
		return answers, nil
	}
	for i, q := range m.archive.Warm[k.name] {
		if _, err := ask(i, q); err != nil {
			return err
		}
	}
	best := make([]map[string]answer, len(m.archive.Questions[k.name]))
	for round := range max(m.options.rounds, 1) {
		for i, q := range m.archive.Questions[k.name] {
			answers, err := ask(i+round, q)
			if err != nil {
				return err
			}
			for name, a := range best[i] {
				if a.took < answers[name].took {
					answers[name] = a
				}
			}
			best[i] = answers
		}
	}
	for _, answers := range best {
		m.keep(k.name, answers)
	}
	return nil
}

func (m *measurement) keep(kind string, answers map[string]answer) {
	for name, a := range answers {
		m.times[kind][name] = append(m.times[kind][name], a.took)
		if a.total >= 0 {
			m.counts[kind][name] = append(m.counts[kind][name], a.total)
		}
		if o, ok := answers["sitrep"]; ok && len(o.hits) > 0 {
			same := 0
			for _, h := range o.hits {
				if slices.Contains(a.hits, h) {
					same++
				}
			}
			m.alike[kind][name] = append(m.alike[kind][name], float64(same)/float64(len(o.hits)))
		}
	}
}

// print writes the tables in Markdown.
func (m *measurement) print(w io.Writer) {
	fmt.Fprintf(w, "%d items of about 300 words, seed %d, %d questions of each kind after %d unmeasured ones, the best of %d rounds; %d cores, load %s, %s; ms p50 / p99\n\n",
		m.archive.n, m.options.seed, m.options.questions, m.options.warm, m.options.rounds, runtime.NumCPU(), load(), m.started.UTC().Format("2006-01-02 15:04 UTC"))
	m.head(w, "question")
	for _, k := range kinds {
		m.row(w, k.title, func(e *engine) string {
			t := m.times[k.name][e.name]
			if len(t) == 0 {
				return ""
			}
			return fmt.Sprintf("%s / %s", ms(quantile(t, .5)), ms(quantile(t, .99)))
		})
	}
	m.row(w, "open, to the first answer", func(e *engine) string { return fmt.Sprintf("%.0f ms", ms64(m.first[e.name])) })
	m.row(w, "import, items/s", func(e *engine) string { return fmt.Sprintf("%.0f", float64(m.archive.n)/e.built.Seconds) })
	m.row(w, "import, CPU ms an item", func(e *engine) string { return fmt.Sprintf("%.2f", 1000*e.built.CPU/float64(m.archive.n)) })
	m.row(w, "import, peak RSS", func(e *engine) string { return mb(e.built.PeakRSS) })
	m.row(w, "index, bytes an item", func(e *engine) string { return fmt.Sprint(e.built.Index / int64(m.archive.n)) })
	for _, part := range []struct {
		title string
		bytes func(built) int64
	}{
		{"texts beside it, bytes an item", func(b built) int64 { return b.Texts }},
		{"the log behind it, bytes an item", func(b built) int64 { return b.Log }},
	} {
		m.row(w, part.title, func(e *engine) string {
			if n := part.bytes(e.built); n > 0 {
				return fmt.Sprint(n / int64(m.archive.n))
			}
			return ""
		})
	}
	m.row(w, "RSS after the questions (without file pages)", func(e *engine) string {
		return fmt.Sprintf("%s (%s)", mb(m.rss[e.name].all), mb(m.rss[e.name].own))
	})
	fmt.Fprintf(w, "\nThat the engines do the same work: hits counted (median; – where they are not), and the share of sitrep's ten hits that are among the engine's ten (mean)\n\n")
	m.head(w, "question")
	for _, k := range kinds {
		m.row(w, k.title, func(e *engine) string {
			if len(m.alike[k.name][e.name]) == 0 {
				return ""
			}
			counted := "–"
			if c := m.counts[k.name][e.name]; len(c) == len(m.times[k.name][e.name]) {
				counted = fmt.Sprint(quantile(c, .5))
			}
			return fmt.Sprintf("%s, %.0f %%", counted, 100*mean(m.alike[k.name][e.name]))
		})
	}
}

func (m *measurement) head(w io.Writer, first string) {
	fmt.Fprintf(w, "| %s |", first)
	for _, e := range m.engines {
		fmt.Fprintf(w, " %s |", strings.TrimSpace(e.name+" "+e.version))
	}
	fmt.Fprintln(w, "\n|---|"+strings.Repeat("---|", len(m.engines)))
}

func (m *measurement) row(w io.Writer, title string, cell func(*engine) string) {
	line := "| " + title + " |"
	empty := true
	for _, e := range m.engines {
		c := cell(e)
		empty = empty && c == ""
		line += " " + cmp.Or(c, "–") + " |"
	}
	if !empty {
		fmt.Fprintln(w, line)
	}
}

func quantile[T cmp.Ordered](list []T, q float64) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[int(q*float64(len(sorted)-1)+.5)]
}

func mean(list []float64) (sum float64) {
	for _, x := range list {
		sum += x
	}
	return sum / float64(len(list))
}

func ms64(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// ms is two or three digits: the rest is noise.
func ms(d time.Duration) string {
	switch x := ms64(d); {
	case x < 9.95:
		return strconv.FormatFloat(x, 'f', 2, 64)
	case x < 99.5:
		return strconv.FormatFloat(x, 'f', 1, 64)
	default:
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
}

func mb(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/1e6) }

// peak is the most memory that an ended process held, in bytes; getrusage's unit
// on Linux is KiB.
func peak(s *os.ProcessState) int64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss << 10
	}
	return 0
}

// memoryOf reads what the system says of a process.
func memoryOf(pid int) (m memory, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		n, _ := strconv.ParseInt(f[1], 10, 64)
		switch f[0] {
		case "VmRSS:":
			m.all = n << 10
		case "RssAnon:":
			m.own = n << 10
		}
	}
	return m, nil
}

// load is the machine's load average of the last minutes.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(raw), " ")
	return one
}
