package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func collection(t *testing.T, name string) []string {
	t.Helper()
	return []string{shared(t, name+".ndjson.gz"), shared(t, name+".topics.tsv"), shared(t, name+".qrels")}
}

func evaluated(t *testing.T, args ...string) (e evaluation) {
	t.Helper()
	if err := json.Unmarshal([]byte(ok(t, append([]string{"eval", "--json"}, args...)...)), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// The ranking holds what it has reached on two public collections, with one set of
// parameters, and a slip in every question takes little from it.
func TestEvalCollections(t *testing.T) {
	for name, least := range map[string]float64{"cranfield": .39, "cisi": .41} {
		files := collection(t, name)
		clean := evaluated(t, files...)
		if clean.Figures.NDCG < least {
			t.Errorf("%s: nDCG@10 is %.4f, it was %.2f", name, clean.Figures.NDCG, least)
		}
		spelled := []evaluation{clean}
		for _, seed := range []string{"1"} {
			e := evaluated(t, append([]string{"--typos", seed}, files...)...)
			if e.Figures.NDCG < .85*clean.Figures.NDCG || e.Corrected == 0 {
				t.Errorf("%s with slips: nDCG@10 is %.4f of %.4f, %d corrected", name, e.Figures.NDCG, clean.Figures.NDCG, e.Corrected)
			}
			spelled = append(spelled, e)
		}
		for i := range spelled { // to four places: a sum's last bits are not the ranking's
			spelled[i].Topics = nil
		}
		got, err := json.MarshalIndent(spelled, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "eval", name+".json")
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, file, string(got)+"\n")
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want []evaluation
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		near := cmp.Comparer(func(a, b float64) bool { return a-b < 5e-4 && b-a < 5e-4 })
		if d := cmp.Diff(want, spelled, near, cmpopts.IgnoreUnexported(evaluation{}), cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s has changed (-update renews it):\n%s", file, d)
		}
	}
}

// small is a collection of a few lines, written as other tools write them.
func small(t *testing.T) (archive, topics, qrels string) {
	t.Helper()
	dir := t.TempDir()
	archive, topics, qrels = filepath.Join(dir, "a.ndjson"), filepath.Join(dir, "t.tsv"), filepath.Join(dir, "q.txt")
	write(t, archive, "\uFEFF"+strings.Join([]string{
		`{"id":"1","title":"Convoy","body":"An aid convoy reached the camp on the border."}`,
		`{"id":"2","title":"Only a headline about bridges","body":""}`,
		`{"id":"3","title":"","body":""}`,
		`{"id":"4","title":"Old","body":"The old text tells of rain."}`,
		`{"id":"4","title":"New","body":"The new text tells of a harvest."}`,
		`{"id":5,"body":"A number is an id, too: floods took the road."}`,
	}, "\r\n")+"\r\n")
	write(t, topics, "\uFEFFq1\twhat is -not \"a convoy: camp?\r\n\r\nq2\tbridges title: +harvest -(road) OR\r\nq3\tnobody judged this\r\n"+
		"q4\t"+strings.Repeat("floods and many other words that are asked at length ", 60)+"\r\nq5\tits judgements are all zero\r\n")
	write(t, qrels, "\uFEFFq1 0 1 1\r\nq2 0 2 2\r\nq2 0 4 1\r\nq2 0 4 0\r\nq4\t0\t5\t1\r\nq4 0 missing 1\r\nq5 0 1 0\r\nqx 0 1 1\r\n")
	return archive, topics, qrels
}

// Plain questions hold no operators, however they are written; ids that come again,
// texts without a body, empty records, CRLF and byte order marks are no faults.
func TestEvalSmall(t *testing.T) {
	a, q, j := small(t)
	e := evaluated(t, "--topics", a, q, j)
	if e.Dispatches != 4 || e.Empty != 1 || e.Again != 1 || e.Questions != 5 || e.Judged != 3 || e.Missing != 1 || len(e.Failures) != 0 {
		t.Errorf("%+v", e)
	}
	byID := map[string]judgedTopic{}
	for _, row := range e.Topics {
		byID[row.ID] = row
	}
	if byID["q1"].NDCG != 1 || byID["q1"].MRR != 1 || byID["q2"].Recall != 1 || byID["q4"].Recall != .5 {
		t.Errorf("%+v", byID)
	}
	if out := ok(t, "eval", "--topics", a, q, j); !strings.Contains(out, "nDCG@10") || !strings.Contains(out, "q4") || !strings.Contains(out, "0 questions failed") {
		t.Error(out)
	}
	if out := ok(t, "eval", a, q, j); strings.Contains(out, "q4") || strings.Contains(out, "\r") {
		t.Error(out)
	}
}

func TestEvalRefuses(t *testing.T) {
	a, q, j := small(t)
	dir := t.TempDir()
	for _, c := range []struct{ which, text, says string }{
		{"a", `{"id":"1","body":"x y z"}` + "\n{\n", "bad:2: wrong JSON"},
		{"q", "q1\tone\nq2 two\n", "bad:2: no tab"},
		{"q", "q1\tone\nq1\ttwo\n", "bad:2: topic q1 stands in line 1"},
		{"q", "\n\n", "bad: no topic"},
		{"q", "other\tof another collection\n", "judges no topic"},
		{"j", "q1 0 1 1\nq1 1 1\n", "bad:2: 3 fields"},
		{"j", "q1 0 1 high\n", "bad:1: \"high\" is no grade"},
		{"j", "q1 0 \xff 1\n", "bad:1: not in UTF-8"},
	} {
		args := map[string]string{"a": a, "q": q, "j": j}
		args[c.which] = filepath.Join(dir, "bad")
		if c.which == "a" {
			args[c.which] += ".ndjson"
		}
		write(t, args[c.which], c.text)
		code, _, errs := sitrep(t, "eval", args["a"], args["q"], args["j"])
		if code != exitFailed || !strings.Contains(strings.ReplaceAll(errs, ".ndjson", ""), c.says) {
			t.Errorf("%q: exit %d: %s, want %s", c.text, code, errs, c.says)
		}
	}
	if code, _, errs := sitrep(t, "eval", a, q, filepath.Join(dir, "absent")); code != exitFailed || !strings.Contains(errs, "absent") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
