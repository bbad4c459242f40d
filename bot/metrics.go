package bot

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	requests    *prometheus.CounterVec // REST calls by outcome
	asked       *prometheus.CounterVec // questions by door
	answers     *prometheus.CounterVec // answers by outcome
	connections *prometheus.CounterVec // gateway connections by how they began
	dropped     prometheus.Counter     // questions that the queue did not take
	flooded     prometheus.Counter     // questions over a person's or guild's limit
	ready       prometheus.Gauge
	shards      prometheus.Gauge // that there are
	shardsReady prometheus.Gauge // whose sessions stand
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	counter := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "sitrep", Subsystem: "discord", Name: name, Help: help}, []string{label})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "sitrep", Subsystem: "discord", Name: name, Help: help})
	}
	m := &metrics{
		requests:    counter("requests_total", "REST requests to Discord by class of answer.", "answer"),
		asked:       counter("questions_total", "Questions by the way they came: prefix, mention, direct, slash, button.", "way"),
		answers:     counter("answers_total", "Answers by outcome: sent or failed.", "outcome"),
		connections: counter("connections_total", "Gateway connections by beginning: identify or resume.", "begin"),
		dropped:     prometheus.NewCounter(prometheus.CounterOpts{Namespace: "sitrep", Subsystem: "discord", Name: "dropped_total", Help: "Questions dropped because their asker or the queue had too many waiting."}),
		flooded:     prometheus.NewCounter(prometheus.CounterOpts{Namespace: "sitrep", Subsystem: "discord", Name: "flooded_total", Help: "Questions left without an answer because a person or a guild asked too fast."}),
		ready:       gauge("ready", "1 while the gateway sessions of all shards stand."),
		shards:      gauge("shards", "Shards that are run."),
		shardsReady: gauge("shards_ready", "Shards whose gateway sessions stand."),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.requests, m.asked, m.answers, m.connections, m.dropped, m.flooded, m.ready, m.shards, m.shardsReady} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("bot: metrics: %w", err)
		}
	}
	return m, nil
}
