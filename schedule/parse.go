package schedule

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

const (
	// MaxCron is the longest cron expression, in bytes. Every minute and hour
	// spelled out, one by one, is shorter.
	MaxCron = 200
	// horizon is how far ahead an expression must fire at least once. 29 February
	// comes every four years; the days more allow for the hour of the first run.
	horizon = (4*365 + 3) * 24 * time.Hour
	// minEvery is the shortest @every, the grain of the five fields.
	minEvery = time.Minute
	// allHours is the hour field of an expression that runs in every hour.
	allHours = 1<<24 - 1
	// starBit is how cron/v3 marks a field that was written as a star.
	starBit = 1 << 63
)

// example ends the messages about expressions.
func example() error {
	return wrong(`for example "0 7 * * *" (daily at 07:00), "30 18 * * MON-FRI" or @daily`)
}

// parser reads the five standard fields and the descriptors.
var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// field is one of the five, for the messages.
type field struct {
	name, takes string
	around      string // an expression with the field alone in it
}

var fields = [5]field{
	{"minute", "0-59", "%s * * * *"},
	{"hour", "0-23", "* %s * * *"},
	{"day of month", "1-31", "* * %s * *"},
	{"month", "1-12 or JAN-DEC", "* * * %s *"},
	{"day of week", "0-6 or SUN-SAT (Sunday is 0)", "* * * * %s"},
}

// Spec is a cron expression in a time zone. The zero Spec never fires.
type Spec struct {
	cron string
	loc  *time.Location
	// wall has its location set to UTC: its times are what a clock on the wall
	// shows. It is nil for @every.
	wall *cron.SpecSchedule
	// every is the period of @every.
	every time.Duration
	// hourly says that it runs in every hour of the day, so that it follows
	// elapsed time and not the clock on the wall.
	hourly bool
}

// String is the expression, with single spaces.
func (s Spec) String() string { return s.cron }

// Location is the zone's.
func (s Spec) Location() *time.Location { return s.loc }

// Parse reads a cron expression (five fields: minute, hour, day of month, month,
// day of week; or @hourly, @daily, @weekly, @monthly, @yearly, @every 6h) and the
// IANA name of its time zone. Its errors are for the person who typed it.
//
// cron/v3 parses; what it gets wrong is caught here: it panics on "TZ=x", takes
// "0 0 31 2 *" and "," which never fire, and @every of one second.
func Parse(expr, zone string) (s Spec, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = Spec{}, wrong("cron %q cannot be read: write %s", clip(expr), example())
		}
	}()
	loc, err := loadZone(zone)
	if err != nil {
		return Spec{}, err
	}
	text, err := normalize(expr)
	if err != nil {
		return Spec{}, err
	}
	parsed, err := parser.Parse(text)
	if err != nil {
		return Spec{}, explain(text)
	}
	s = Spec{cron: text, loc: loc}
	switch p := parsed.(type) {
	case cron.ConstantDelaySchedule:
		// cron/v3 rounds a period below a second up; we read it ourselves below.
		if s.every, err = parseEvery(text); err != nil {
			return Spec{}, err
		}
	case *cron.SpecSchedule:
		p.Location = time.UTC
		s.wall = p
		s.hourly = p.Hour&^starBit == allHours
		if i := emptyField(p); i >= 0 {
			return Spec{}, wrong("cron %q: the %s is empty: it takes %s, or *; %s", text, wrong(fields[i].name), wrong(fields[i].takes), example())
		}
	}
	now := time.Now()
	if next := s.Next(now); next.IsZero() || next.Sub(now) > horizon {
		return Spec{}, wrong("cron %q never fires within four years: there may be no such day; write %s", text, example())
	}
	return s, nil
}

// normalize checks what can be checked without reading the fields, and gives the
// expression with single spaces, descriptors in lower case.
func normalize(expr string) (string, error) {
	if len(expr) > MaxCron {
		return "", wrong("cron is %d bytes long, the limit is %d: write %s", len(expr), MaxCron, example())
	}
	for _, r := range expr {
		if r > 0x7e || r < ' ' && r != '\t' {
			return "", wrong("cron %q has the character %q in it, which no expression has: write %s", expr, string(r), example())
		}
	}
	text := strings.Join(strings.Fields(expr), " ")
	if text == "" {
		return "", wrong("cron is empty: write %s", example())
	}
	if upper := strings.ToUpper(text); strings.HasPrefix(upper, "TZ=") || strings.HasPrefix(upper, "CRON_TZ=") {
		return "", wrong("cron %q begins with a time zone: leave that out, the zone is a field of its own (zone:Europe/Rome)", text)
	}
	if text[0] == '@' {
		text = strings.ToLower(text)
	}
	return text, nil
}

// explain finds what is wrong with an expression that the parser refused.
func explain(text string) error {
	if text[0] == '@' {
		return wrong("cron %q is not one of @hourly, @daily, @weekly, @monthly, @yearly or @every with a length (@every 6h)", text)
	}
	parts := strings.Fields(text)
	if len(parts) != len(fields) {
		return wrong("cron %q has %d fields where 5 are needed (minute, hour, day of month, month, day of week; no seconds): write %s", text, len(parts), example())
	}
	for i, f := range fields {
		if _, err := parser.Parse(fmt.Sprintf(f.around, parts[i])); err != nil {
			return wrong("cron %q: %q is no %s: it takes %s, lists (1,2), ranges (1-5), steps (*/2) and *; %s", text, parts[i], wrong(f.name), wrong(f.takes), example())
		}
	}
	return wrong("cron %q cannot be read: write %s", text, example())
}

// parseEvery reads the period of @every.
func parseEvery(text string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(strings.TrimPrefix(text, "@every")))
	if err != nil || d < minEvery || d%time.Second != 0 {
		return 0, wrong("cron %q: the period is at least one minute, in whole seconds, such as @every 6h or @every 90m", text)
	}
	return d, nil
}

// emptyField is the number of the first field that names nothing (","), or -1.
func emptyField(p *cron.SpecSchedule) int {
	for i, bits := range [5]uint64{p.Minute, p.Hour, p.Dom, p.Month, p.Dow} {
		if bits&^starBit == 0 {
			return i
		}
	}
	return -1
}

// clip shortens what a message repeats.
func clip(s string) string {
	if len(s) <= MaxCron {
		return s
	}
	return strings.ToValidUTF8(s[:MaxCron], "") + "…"
}
