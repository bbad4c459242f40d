package console

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sitrep/commands"
)

// meters count what the console does.
type meters struct {
	asks    *prometheus.CounterVec
	seconds prometheus.Histogram
}

func newMeters(reg prometheus.Registerer, c *Console) (*meters, error) {
	m := &meters{
		asks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sitrep_console_asks_total",
			Help: "Command lines asked at the console, by result: ok, busy, or an error's code.",
		}, []string{"result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "sitrep_console_ask_seconds",
			Help:    "How long the console's answers took.",
			Buckets: prometheus.ExponentialBuckets(0.002, 3, 9),
		}),
	}
	if reg == nil {
		return m, nil
	}
	gauge := func(name, help string, f func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, f)
	}
	for _, col := range []prometheus.Collector{
		m.asks,
		m.seconds,
		gauge("sitrep_console_pages", "Pages whose history is held.", func() float64 { return float64(c.pages.count()) }),
		gauge("sitrep_console_streams", "Open event streams.", func() float64 { return float64(len(c.streams)) }),
	} {
		if err := reg.Register(col); err != nil {
			return nil, fmt.Errorf("console metrics: %w", err)
		}
	}
	return m, nil
}

// answered counts one answer.
func (m *meters) answered(r commands.Reply, took time.Duration) {
	result := "ok"
	if r.Error != nil {
		if result = r.Error.Code; statusOf(r) == 0 {
			result = commands.CodeInternal
		}
	}
	m.asks.WithLabelValues(result).Inc()
	m.seconds.Observe(took.Seconds())
}

func (m *meters) busy() { m.asks.WithLabelValues("busy").Inc() }

// promLog hands promhttp's complaints to slog.
type promLog struct{ log *slog.Logger }

func (l promLog) Println(v ...any) { l.log.Warn("console metrics", "err", fmt.Sprint(v...)) }

func (c *Console) metricsLog() promLog { return promLog{c.log} }
