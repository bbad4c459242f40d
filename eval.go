package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"sitrep/eval"
	"sitrep/index"
	"sitrep/index/query"
	"sitrep/ingest"
	"sitrep/news"
	"sitrep/store"
)

// EvalCmd measures the ranking.
type EvalCmd struct {
	JSON    bool   `help:"Print the figures as JSON."`
	Topics  bool   `help:"Print the figures of every topic, too."`
	Typos   uint64 `help:"Put one slip into a word of each question, by this seed; 0: none." placeholder:"SEED"`
	Exact   bool   `help:"Leave misspelt words as they are."`
	Archive string `arg:"" help:"Dispatches to search, as import reads them: .ndjson or .ndjson.gz, each with an id." type:"path"`
	Asked   string `arg:"" name:"topics-file" help:"Questions: id, tab, text." type:"path"`
	Judged  string `arg:"" name:"qrels" help:"Judgements: topic, 0, dispatch's id, grade." type:"path"`
}

// evaluation is what eval finds. Its JSON is what --json prints.
type evaluation struct {
	// Dispatches is the number that is searched; Empty are records without text,
	// which cannot be filed; Again are records whose id came before, of which the
	// last counts.
	Dispatches int `json:"dispatches"`
	Empty      int `json:"empty"`
	Again      int `json:"again"`
	// Questions is the number of topics, Judged that of those with something to
	// find: the figures are their mean.
	Questions int `json:"questions"`
	Judged    int `json:"judged"`
	// Missing counts the relevant dispatches that the archive does not hold. They
	// count as not found.
	Missing int `json:"missing"`
	// Cut counts the questions that were too long to be asked whole; Corrected
	// those in which a word was corrected that no dispatch holds.
	Cut       int `json:"cut"`
	Corrected int `json:"corrected"`
	// Failures are the questions that could not be answered; their figures are 0.
	Failures []failure     `json:"failures"`
	Figures  eval.Figures  `json:"figures"`
	Topics   []judgedTopic `json:"topics,omitempty"`
	Typos    uint64        `json:"typos,omitempty"`
	took     struct{ build, ask time.Duration }
}

type failure struct {
	Topic  string `json:"topic"`
	Reason string `json:"reason"`
}

type judgedTopic struct {
	ID string `json:"id"`
	// Asked is the question where it was not asked as it is written.
	Asked    string `json:"asked,omitempty"`
	Hits     int    `json:"hits"`
	Relevant int    `json:"relevant"`
	eval.Figures
}

// Run builds an index of the archive in a folder of its own, asks every question
// and prints the figures. The exit status is 1 if something could not be read or
// a question failed.
func (cmd *EvalCmd) Run(ctx context.Context, p *program) (err error) {
	topics, err := readFile(cmd.Asked, eval.ReadTopics)
	if err != nil {
		return err
	}
	judged, err := readFile(cmd.Judged, eval.ReadJudgements)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(topics, func(t eval.Topic) bool { return judged[t.ID] != nil }) {
		return fmt.Errorf("%s: it judges no topic of %s: are these two of one collection?", cmd.Judged, cmd.Asked)
	}
	dir, err := os.MkdirTemp("", "sitrep-eval-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	own := *p
	own.State, own.NATSURL = dir, "" // whatever else is running is left alone
	a, err := own.open(ctx, p.quietLogger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	e := &evaluator{cmd: cmd, a: a, bar: newBar(p), ids: map[news.ID]string{}}
	defer e.bar.end()
	if err := e.build(ctx, p); err != nil {
		return err
	}
	if err := e.ask(ctx, topics, judged); err != nil {
		return err
	}
	e.bar.end()
	if err := e.print(p.std.Out); err != nil {
		return err
	}
	if len(e.found.Failures) > 0 {
		return errTold
	}
	return nil
}

func readFile[T any](path string, read func(string, io.Reader) (T, error)) (out T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return out, err
	}
	defer f.Close()
	return read(path, f)
}

// evaluator runs one evaluation.
type evaluator struct {
	cmd   *EvalCmd
	a     *app
	bar   *bar
	ids   map[news.ID]string // the archive's ids
	found evaluation
}

// File files dispatches in the evaluation's own log, and notes their ids.
func (e *evaluator) File(ctx context.Context, ds []news.Dispatch) ([]store.Filing, error) {
	for i := range ds {
		e.ids[ds[i].ID] = ds[i].Origin.Item
	}
	return e.a.store.File(ctx, ds)
}

// build files and indexes the archive. A record that cannot be read ends it: the
// figures would be those of another collection.
func (e *evaluator) build(ctx context.Context, p *program) error {
	begin := time.Now()
	report, err := ingest.Import(ctx, ingest.Options{Log: e, Logger: p.quietLogger(), Progress: e.bar.filed}, []string{e.cmd.Archive})
	e.bar.end()
	if err != nil {
		return err
	}
	if report.RefusedCount() > report.Empty {
		var lines []string
		for _, r := range report.Refused {
			if r.Reason != ingest.ReasonEmpty {
				lines = append(lines, r.String())
			}
		}
		if report.Unlisted > 0 {
			lines = append(lines, fmt.Sprintf("… and %d more", report.Unlisted))
		}
		return errors.New(strings.Join(lines, "\n"))
	}
	e.bar = newBar(p)
	if err := e.a.indexed(ctx, p); err != nil {
		return err
	}
	e.found.Dispatches, e.found.Empty = e.a.index.Docs(), report.Empty
	e.found.Again = report.Unchanged + report.Revised
	e.found.took.build = time.Since(begin)
	return nil
}

// ask puts every question that was judged.
func (e *evaluator) ask(ctx context.Context, topics []eval.Topic, judged eval.Judgements) error {
	begin := time.Now()
	held := map[string]bool{}
	for _, id := range e.ids {
		held[id] = true
	}
	rng := rand.New(rand.NewPCG(e.cmd.Typos, 0))
	var all []eval.Figures
	e.found.Questions, e.found.Typos = len(topics), e.cmd.Typos
	for i, t := range topics {
		e.bar.set("Asking", int64(i), int64(len(topics)))
		text := t.Text
		if e.cmd.Typos > 0 {
			text = eval.Typo(text, rng) // for all, so that a topic's slip does not hang on what was judged
		}
		grades := judged[t.ID]
		if _, ok := eval.Measure(nil, grades); !ok {
			continue
		}
		row := judgedTopic{ID: t.ID}
		for id, g := range grades {
			if g > 0 {
				row.Relevant++
				if !held[id] {
					e.found.Missing++
				}
			}
		}
		hits, asked, err := e.search(ctx, text)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			e.found.Failures = append(e.found.Failures, failure{t.ID, err.Error()})
		}
		if asked != t.Text {
			row.Asked = asked
		}
		row.Hits = len(hits)
		row.Figures, _ = eval.Measure(hits, grades)
		all = append(all, row.Figures)
		e.found.Topics = append(e.found.Topics, row)
	}
	e.found.Judged, e.found.Figures = len(all), eval.Mean(all)
	e.found.took.ask = time.Since(begin)
	return nil
}

// search asks one question by its words alone, and tells how it was asked.
func (e *evaluator) search(ctx context.Context, text string) (ids []string, asked string, err error) {
	scopes := []news.Scope{news.ScopeEveryone}
	q, cut := query.Plain(text)
	if cut {
		e.found.Cut++
	}
	if !e.cmd.Exact {
		list, err := e.a.index.Suggest(ctx, q.Words(), scopes)
		if err != nil {
			return nil, text, err
		}
		if len(list) > 0 {
			e.found.Corrected++
			text = index.Correct(text, list)
			q, _ = query.Plain(text)
		}
	}
	res, err := e.a.index.Search(ctx, index.Search{Query: q, Scopes: scopes, Sort: index.Best, Size: eval.Depth})
	if err != nil {
		return nil, text, err
	}
	for _, h := range res.Hits {
		ids = append(ids, e.ids[h.ID])
	}
	return ids, text, nil
}

func (e *evaluator) print(w io.Writer) error {
	f := &e.found
	if e.cmd.JSON {
		out := *f
		if !e.cmd.Topics {
			out.Topics = nil
		}
		if out.Failures == nil {
			out.Failures = []failure{}
		}
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		return enc.Encode(out)
	}
	fmt.Fprintf(w, "%d dispatches, indexed in %s; %d of %d questions judged, asked in %s.\n", f.Dispatches, f.took.build.Round(10*time.Millisecond),
		f.Judged, f.Questions, f.took.ask.Round(10*time.Millisecond))
	for _, note := range []struct {
		n    int
		text string
	}{
		{f.Empty, "records have no text and cannot be filed"},
		{f.Again, "records have an id that came before: the last one counts"},
		{f.Missing, "relevant dispatches are not in the archive and count as not found"},
		{f.Cut, "questions are too long and were cut"},
		{f.Corrected, "questions had a word that no dispatch holds, and were corrected"},
	} {
		if note.n > 0 {
			fmt.Fprintf(w, "%d %s.\n", note.n, note.text)
		}
	}
	fmt.Fprintln(w)
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, g eval.Figures) {
		fmt.Fprintf(tab, "%s\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t\n", name, g.NDCG, g.MAP, g.Precision, g.Recall, g.MRR)
	}
	fmt.Fprint(tab, "topic\tnDCG@10\tMAP\tP@10\trecall@100\tMRR\t\n")
	if e.cmd.Topics {
		for _, t := range f.Topics {
			row(t.ID, t.Figures)
		}
	}
	row("mean", f.Figures)
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d questions failed.\n", len(f.Failures))
	for _, x := range f.Failures {
		fmt.Fprintf(w, "topic %s: %s\n", x.Topic, x.Reason)
	}
	return nil
}
