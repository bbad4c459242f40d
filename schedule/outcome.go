package schedule

import (
	"regexp"
	"strconv"
)

// outcomes read what result and job wrote into LastResult. What was off or went
// wrong is told in the words that it was recorded in.
var outcomes = []struct {
	form *regexp.Regexp
	said func(m []string) error
}{
	{regexp.MustCompile(`^posted$`), func([]string) error { return wrong("posted") }},
	{regexp.MustCompile(`^posted (?:(\d+) h ?)?(?:(\d+) m )?late$`), func(m []string) error {
		return wrong("posted %s late", length(m[1], m[2]))
	}},
	{regexp.MustCompile(`^failed after (\d+) tries: (.*)$`), func(m []string) error {
		return wrong("failed after %d tries: %s", number(m[1]), m[2])
	}},
	{regexp.MustCompile(`^failed: (.*)$`), func(m []string) error { return wrong("failed: %s", m[1]) }},
	{regexp.MustCompile(`^missed (\d+)( or more)? runs?: sitrep was off for more than (?:(\d+) h ?)?(?:(\d+) m)?$`), func(m []string) error {
		if m[2] != "" {
			return wrong("missed %d or more runs: sitrep was off for more than %s", number(m[1]), length(m[3], m[4]))
		}
		return wrong("missed %d runs: sitrep was off for more than %s", number(m[1]), length(m[3], m[4]))
	}},
	{regexp.MustCompile(`^may not have been posted: sitrep stopped while it was posting$`), func([]string) error {
		return wrong("may not have been posted: sitrep stopped while it was posting")
	}},
}

var missedBefore = regexp.MustCompile(`^(.*); (\d+)( or more)? runs? before it missed$`)

// Outcome is LastResult as a text with arguments, so that it can be said in another
// language.
func (s *Schedule) Outcome() error { return outcome(s.LastResult) }

func outcome(result string) error {
	if m := missedBefore.FindStringSubmatch(result); m != nil && m[3] == "" {
		return wrong("%[2]s; %[1]d runs before it missed", number(m[2]), outcome(m[1]))
	} else if m != nil {
		return wrong("%[2]s; %[1]d or more runs before it missed", number(m[2]), outcome(m[1]))
	}
	for _, o := range outcomes {
		if m := o.form.FindStringSubmatch(result); m != nil {
			return o.said(m)
		}
	}
	return wrong("%s", result)
}

// length is what hours wrote.
func length(h, m string) error {
	switch {
	case h == "":
		return wrong("%d m", number(m))
	case m == "":
		return wrong("%d h", number(h))
	}
	return wrong("%d h %d m", number(h), number(m))
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // digits alone; zero where there are too many
	return n
}
