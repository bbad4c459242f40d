package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/bwmarrin/discordgo"
)

// discordgo has one logger for the whole process, without a session in it. What
// it says goes to the Bot that was made last.
var libraryLog atomic.Pointer[redactor]

//nolint:gochecknoinits // the library has one logger for the whole process
func init() {
	discordgo.Logger = func(level, _ int, format string, args ...any) {
		r := libraryLog.Load()
		if r == nil {
			return
		}
		for _, a := range args {
			if err, ok := a.(error); ok && (errors.Is(err, errElsewhere) || errors.Is(err, context.Canceled)) {
				return
			}
		}
		l := slog.LevelDebug
		if level == discordgo.LogError {
			l = slog.LevelWarn // its errors are what the supervisor recovers from
		}
		r.log.Log(context.Background(), l, "discordgo", "says", cutBytes(r.clean(fmt.Sprintf(format, args...)), 500))
	}
}

// redactor keeps the token out of a text.
type redactor struct {
	log   *slog.Logger
	token string
}

func (r *redactor) clean(s string) string { return strings.ReplaceAll(s, r.token, "[token]") }
