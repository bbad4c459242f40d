// Command sitrep is a Discord bot for communities that watch a conflict, a
// disaster or a region: it files their dispatches, answers from them with
// quotations, dates and citations, and posts scheduled briefings.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// version is set by the linker; a build without it tells its commit.
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Main(ctx, os.Args[1:], Streams{os.Stdin, os.Stdout, os.Stderr}, os.LookupEnv)
	stop()
	os.Exit(code)
}

// Streams are what the program reads from and writes to.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Main is the whole program as a function, so that tests run what main runs. It
// returns the exit status.
func Main(ctx context.Context, args []string, std Streams, env func(string) (string, bool)) int {
	var cli CLI
	code := -1
	parser, err := kong.New(&cli,
		kong.Name("sitrep"),
		kong.Description("Answers from dispatches, with quotations, dates and citations; in Discord, on a local page and in the terminal.\n\n"+
			"Without arguments it serves the local channel, and Discord where DISCORD_TOKEN (or DISCORD_TOKEN_FILE) is set."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(std.Out, std.Err),
		kong.Exit(func(c int) { code = c }),
		kong.Resolvers(),
		kong.Vars{"version": programVersion()},
	)
	if err != nil {
		fmt.Fprintln(std.Err, "sitrep:", err)
		return exitFailed
	}
	kctx, err := parser.Parse(args)
	if code >= 0 { // --help and --version have been answered
		return code
	}
	if err != nil {
		fmt.Fprintf(std.Err, "sitrep: %v\n", err)
		var parse *kong.ParseError
		if errors.As(err, &parse) && parse.Context != nil {
			fmt.Fprintf(std.Err, "Try `%s --help`.\n", strings.TrimSpace("sitrep "+commandOf(parse.Context)))
		}
		return exitUsage
	}
	p := &program{Settings: cli.Settings, std: std, env: env}
	err = p.readToken()
	if err == nil {
		kctx.BindTo(ctx, (*context.Context)(nil))
		err = kctx.Run(p)
	}
	var u *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &u):
		fmt.Fprintf(std.Err, "sitrep: %v\n", err)
		return exitUsage
	case errors.Is(err, errTold):
		return exitFailed
	}
	fmt.Fprintf(std.Err, "sitrep: %s\n", p.hide(err.Error()))
	return exitFailed
}

// commandOf is the command that was being parsed, without its arguments.
func commandOf(c *kong.Context) string {
	if n := c.Selected(); n != nil {
		return n.Name
	}
	return ""
}

// errTold ends the program with status 1 after everything has been said.
var errTold = errors.New("told")

// usageError is a wrong call that kong cannot see.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// programVersion is the linker's word, or the commit that was built.
func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return s.Value[:12]
			}
		}
	}
	return "development"
}
