package console

import (
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"sitrep/commands"
	"sitrep/lang"
)

// renderer makes HTML of replies and pages.
type renderer struct {
	t     *template.Template
	words *lang.Catalogue
}

func newRenderer() (*renderer, error) {
	t, err := template.New("console").Option("missingkey=error").
		Funcs(template.FuncMap{"isolate": isolate, "plain": cleanLine}).
		ParseFS(assets, "assets/*.html")
	if err != nil {
		return nil, fmt.Errorf("console templates: %w", err)
	}
	words, err := lang.New()
	if err != nil {
		return nil, err
	}
	return &renderer{t, words}, nil
}

// turnView is what turn.html shows: a question or a scheduled line, and its card.
type turnView struct {
	Line string
	At   *moment
	Post int64 // a scheduled one's ID, else 0
	Card card
}

// turn is a question and its answer.
func (v *renderer) turn(line string, r commands.Reply, now time.Time) (template.HTML, error) {
	return v.render(turnView{Line: cleanLine(line), At: momentOf(now, now, v.words.In(lang.English)), Card: cardOf(r, now, v.words.In(r.Lang))})
}

// post is an answer that nobody in the channel asked for.
func (v *renderer) post(id int64, line string, r commands.Reply, now time.Time) (template.HTML, error) {
	return v.render(turnView{Line: cleanLine(line), At: momentOf(now, now, v.words.In(lang.English)), Post: id, Card: cardOf(r, now, v.words.In(r.Lang))})
}

func (v *renderer) render(t turnView) (template.HTML, error) {
	var b strings.Builder
	if err := v.t.ExecuteTemplate(&b, "turn.html", t); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

func (v *renderer) page(w io.Writer, name string, data any) error {
	return v.t.ExecuteTemplate(w, name, data)
}
