package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"sitrep/lang"
	"sitrep/news"
	"sitrep/picture/atlas"
)

// CLI is the command line. Every setting is a flag and an environment variable.
type CLI struct {
	Settings

	Run      RunCmd           `cmd:"" default:"withargs" help:"Serve the local channel, and Discord where there is a token (the default)."`
	Ask      AskCmd           `cmd:"" help:"Answer one command line in the terminal: sitrep ask '!status badia'."`
	Search   SearchCmd        `cmd:"" help:"List what a search finds, up to 1,000 hits; --json for programs."`
	Why      WhyCmd           `cmd:"" help:"Tell how a dispatch scores for a search, word by word."`
	Stories  StoriesCmd       `cmd:"" help:"List the stories of a time; --json for programs."`
	Annotate AnnotateCmd      `cmd:"" help:"Tell what texts or dispatches name: language, places, actors, dates."`
	Import   ImportCmd        `cmd:"" help:"File dispatches from files, folders or standard input."`
	Export   ExportCmd        `cmd:"" help:"Write every dispatch to standard output, a JSON object a line."`
	Forget   ForgetCmd        `cmd:"" help:"Take a source's dispatches out again."`
	Reindex  ReindexCmd       `cmd:"" help:"Build the index and the stories anew from the log."`
	Eval     EvalCmd          `cmd:"" help:"Measure how well searches put first what people judged relevant (TREC topics and qrels)."`
	Health   HealthCmd        `cmd:"" help:"Ask a running sitrep whether it is well; exit status 0 or 1. For containers."`
	Version  kong.VersionFlag `help:"Print the version and end."`
}

// Settings hold for every command.
type Settings struct {
	State    string        `help:"Folder that everything is kept in." default:"state" env:"SITREP_STATE" placeholder:"DIR" type:"path"`
	NATSURL  string        `name:"nats-url" help:"Use this NATS server or cluster instead of the one inside." env:"NATS_URL,SITREP_NATS_URL" placeholder:"URL"`
	Replicas int           `help:"Copies that a NATS cluster keeps; 0: three in a cluster, one otherwise." env:"SITREP_REPLICAS" default:"0"`
	Prefix   string        `help:"What a command begins with in a channel." default:"!" env:"SITREP_PREFIX"`
	Zone     string        `help:"IANA time zone in which days begin for since: and until:." default:"UTC" env:"SITREP_ZONE"`
	Language string        `help:"Language of replies where nobody has chosen one, such as ar." default:"en" env:"SITREP_LANGUAGE" placeholder:"CODE"`
	HalfLife time.Duration `help:"How long it takes news to count half as much in a search." default:"336h" env:"SITREP_HALF_LIFE"`
	BaseMap  string        `name:"base-map" help:"A finer base map to lay over the world's: areas and rivers as GeoJSON." env:"SITREP_BASE_MAP" placeholder:"FILE" type:"path"`
	LogLevel string        `help:"debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"SITREP_LOG_LEVEL"`
	LogJSON  bool          `name:"log-json" help:"Write the log as JSON." env:"SITREP_LOG_JSON"`
}

// program is what every command of the command line works with.
type program struct {
	Settings
	std   Streams
	env   func(string) (string, bool)
	token string
}

// maxToken is far above the length of Discord's tokens.
const maxToken = 1 << 10

// readToken reads DISCORD_TOKEN, or the file that DISCORD_TOKEN_FILE names. A
// token is never a flag: other users of the machine see those.
func (p *program) readToken() error {
	if t, _ := p.env("DISCORD_TOKEN"); strings.TrimSpace(t) != "" {
		p.token = strings.TrimSpace(t)
		return nil
	}
	name, ok := p.env("DISCORD_TOKEN_FILE")
	if !ok || name == "" {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("DISCORD_TOKEN_FILE: %w: correct the path, or unset it to run without Discord", err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxToken+1))
	if err != nil || len(raw) > maxToken {
		return fmt.Errorf("DISCORD_TOKEN_FILE %s cannot be a token: it is unreadable or longer than %d bytes", name, maxToken)
	}
	if p.token = strings.TrimSpace(string(raw)); p.token == "" {
		return fmt.Errorf("DISCORD_TOKEN_FILE %s is empty: put the bot's token into it, or unset it to run without Discord", name)
	}
	return nil
}

// hide keeps the token out of what is printed, whatever it came in.
func (p *program) hide(s string) string {
	if len(p.token) < 8 {
		return s
	}
	return strings.ReplaceAll(s, p.token, "(token)")
}

func (p *program) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(p.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if s := a.Value.String(); len(p.token) >= 8 && strings.Contains(s, p.token) {
			a.Value = slog.StringValue(p.hide(s))
		}
		return a
	}}
	if p.LogJSON {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// zone is --zone, loaded.
func (p *program) zone() (*time.Location, error) {
	loc, err := time.LoadLocation(p.Zone)
	if err != nil || p.Zone == "" || p.Zone == "Local" {
		return nil, &usageError{fmt.Sprintf("--zone %s: no such time zone: give an IANA name such as Asia/Damascus", p.Zone)}
	}
	return loc, nil
}

// languages are what replies can be told in, with --language checked.
func (p *program) languages() (*lang.Catalogue, error) {
	c, err := lang.New()
	if err == nil && p.Language != "" && !c.Has(p.Language) {
		err = &usageError{fmt.Sprintf("--language %s: there is no such language: choose one of %s", p.Language, strings.Join(c.Languages(), ", "))}
	}
	return c, err
}

// baseMap is --base-map over the world; nil where there is none.
func (p *program) baseMap() (*atlas.Atlas, error) {
	if p.BaseMap == "" {
		return nil, nil
	}
	f, err := os.Open(p.BaseMap)
	if err != nil {
		return nil, &usageError{fmt.Sprintf("--base-map: %v: correct the path, or leave it away for the world's outlines alone", err)}
	}
	defer f.Close()
	own, err := atlas.Read(f, p.BaseMap)
	if err != nil {
		return nil, &usageError{fmt.Sprintf("--base-map: %v", err)}
	}
	world, err := atlas.World()
	if err != nil {
		return nil, err
	}
	return world.With(own), nil
}

func (p *program) storiesDir() string { return filepath.Join(p.State, "stories") }

func (p *program) indexDir() string { return filepath.Join(p.State, "index") }

// addressFile is where a running sitrep leaves the address of its local channel,
// so that `sitrep ask` finds it.
func (p *program) addressFile() string { return filepath.Join(p.State, "console.json") }

// scopes are what a person at this machine may see: samples only while there is
// no token.
func (p *program) scopes() []news.Scope {
	if p.token != "" {
		return []news.Scope{news.ScopeEveryone}
	}
	return []news.Scope{news.ScopeEveryone, news.ScopeTrial}
}
