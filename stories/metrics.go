package stories

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the figures for the operator; they work with a nil registerer too.
type metrics struct {
	events, merged, parted prometheus.Counter
	applied                prometheus.Gauge
	batches                prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		events:  prometheus.NewCounter(prometheus.CounterOpts{Name: "sitrep_stories_events_total", Help: "Events of the log taken into the stories."}),
		merged:  prometheus.NewCounter(prometheus.CounterOpts{Name: "sitrep_stories_merged_total", Help: "Stories that went up in another."}),
		parted:  prometheus.NewCounter(prometheus.CounterOpts{Name: "sitrep_stories_parted_total", Help: "Stories that stand for themselves again."}),
		applied: prometheus.NewGauge(prometheus.GaugeOpts{Name: "sitrep_stories_applied_seq", Help: "Sequence number of the last event in the stories."}),
		batches: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "sitrep_stories_batch_seconds", Help: "Time to group one batch.", Buckets: prometheus.ExponentialBuckets(.001, 2, 14)}),
	}
	if reg != nil {
		reg.MustRegister(m.events, m.merged, m.parted, m.applied, m.batches)
	}
	return m
}

func (m *metrics) batch(n int, seq uint64, merged, parted int, took time.Duration) {
	m.events.Add(float64(n))
	m.merged.Add(float64(merged))
	m.parted.Add(float64(parted))
	m.applied.Set(float64(seq))
	m.batches.Observe(took.Seconds())
}
