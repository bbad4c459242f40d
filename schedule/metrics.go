package schedule

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what operators see of the runner.
type metrics struct {
	runs      *prometheus.CounterVec
	schedules prometheus.Gauge
	lag       prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sitrep_schedule_runs_total",
			Help: "Occurrences of schedules, by what became of them: posted, failed, missed, unknown.",
		}, []string{"result"}),
		schedules: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sitrep_schedules",
			Help: "Schedules in the book.",
		}),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "sitrep_schedule_lag_seconds",
			Help:    "How long after its time a posted occurrence was begun.",
			Buckets: []float64{0.1, 1, 10, 60, 600, 3600, 21600},
		}),
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.runs, m.schedules, m.lag} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("schedule metrics: %w", err)
		}
	}
	return m, nil
}
