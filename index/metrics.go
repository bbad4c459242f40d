package index

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the index's figures for the operator; all methods work on a nil registerer too.
type metrics struct {
	events   prometheus.Counter
	applied  prometheus.Gauge
	docs     prometheus.Gauge
	batches  prometheus.Histogram
	searches prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		events:   prometheus.NewCounter(prometheus.CounterOpts{Name: "sitrep_index_events_total", Help: "Events of the log put into the index."}),
		applied:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "sitrep_index_applied_seq", Help: "Sequence number of the last event in the index."}),
		docs:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "sitrep_index_documents", Help: "Dispatches in the index."}),
		batches:  prometheus.NewHistogram(prometheus.HistogramOpts{Name: "sitrep_index_batch_seconds", Help: "Time to analyze and write one batch.", Buckets: prometheus.ExponentialBuckets(.001, 2, 14)}),
		searches: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "sitrep_index_search_seconds", Help: "Time of one search.", Buckets: prometheus.ExponentialBuckets(.0001, 2, 16)}),
	}
	if reg != nil {
		reg.MustRegister(m.events, m.applied, m.docs, m.batches, m.searches)
	}
	return m
}

func (m *metrics) batch(n int, seq uint64, docs int, took time.Duration) {
	m.events.Add(float64(n))
	m.applied.Set(float64(seq))
	m.docs.Set(float64(docs))
	m.batches.Observe(took.Seconds())
}
