package store

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sitrep/news"
)

// metrics are the store's figures for Prometheus. They are counted whether or not
// somebody collects them.
type metrics struct {
	events   *prometheus.CounterVec
	seconds  prometheus.Histogram
	messages func() (uint64, error)

	reg  prometheus.Registerer
	mine []prometheus.Collector
}

func newMetrics() *metrics {
	return &metrics{
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sitrep_store_events_total",
			Help: "Events appended to the log by this process, by kind.",
		}, []string{"kind"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sitrep_store_append_seconds",
			Help: "Time until an append (one message or one atomic batch) was acknowledged as being on disk.",
			// From a fast disk's sync to the wait for a new leader.
			Buckets: prometheus.ExponentialBuckets(0.0002, 3, 10),
		}),
	}
}

// register registers the metrics with reg, if there is one.
func (m *metrics) register(reg prometheus.Registerer) error {
	if reg == nil {
		return nil
	}
	m.reg = reg
	all := []prometheus.Collector{m.events, m.seconds, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "sitrep_store_stream_messages",
		Help: "Records in the log; not a number while its server cannot be reached.",
	}, func() float64 {
		n, err := m.messages()
		if err != nil {
			return math.NaN()
		}
		return float64(n)
	})}
	for _, c := range all {
		if err := reg.Register(c); err != nil {
			var twice prometheus.AlreadyRegisteredError
			if errors.As(err, &twice) {
				return fmt.Errorf("the store's metrics: %w: one store to a registry", err)
			}
			return fmt.Errorf("the store's metrics: %w", err)
		}
		m.mine = append(m.mine, c)
	}
	return nil
}

// unregister takes back what register did. A nil receiver has nothing registered.
func (m *metrics) unregister() {
	if m == nil {
		return
	}
	for _, c := range m.mine {
		m.reg.Unregister(c)
	}
	m.mine = nil
}

func (m *metrics) appended(d time.Duration) { m.seconds.Observe(d.Seconds()) }

func (m *metrics) event(k news.EventKind) { m.events.WithLabelValues(string(k)).Inc() }
