package discordtest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// issue is one nested error of an "Invalid Form Body".
type issue struct{ path, code, message string }

func (i issue) String() string { return i.path + ": " + i.code + ": " + i.message }

// nest makes Discord's tree of the paths: {"embeds":{"0":{"title":{"_errors":[…]}}}}.
func nest(issues []issue) map[string]any {
	root := map[string]any{}
	for _, i := range issues {
		at := root
		for _, key := range strings.Split(i.path, ".") {
			next, ok := at[key].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[key] = next
			}
			at = next
		}
		list, _ := at["_errors"].([]any)
		at["_errors"] = append(list, map[string]any{"code": i.code, "message": i.message})
	}
	return root
}

// length counts UTF-16 code units, of which there are never fewer than code
// points: what is within a limit here is within it by either count.
func length(s string) int { return len(utf16.Encode([]rune(s))) }

// check walks a body and collects what is wrong with it.
type check struct{ issues []issue }

func (c *check) add(path, code, format string, args ...any) {
	c.issues = append(c.issues, issue{strings.TrimPrefix(path, "."), code, fmt.Sprintf(format, args...)})
}

// str checks a string of min to max characters; one that is empty after Discord's
// trimming counts as missing where min is above 0.
func (c *check) str(m map[string]any, path, key string, min, max int, required bool) string {
	path += "." + key
	v, ok := m[key]
	if !ok || v == nil {
		if required {
			c.add(path, "BASE_TYPE_REQUIRED", "This field is required")
		}
		return ""
	}
	s, ok := v.(string)
	if !ok {
		c.add(path, "STRING_TYPE_CONVERT", "Could not interpret \"%v\" as string.", v)
		return ""
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		c.add(path, "STRING_TYPE_INVALID", "Not valid UTF-8.")
	}
	n := length(s)
	switch {
	case min > 0 && strings.TrimSpace(s) == "":
		c.add(path, "BASE_TYPE_REQUIRED", "This field is required")
	case n > max && min > 0:
		c.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", min, max)
	case n > max:
		c.add(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", max)
	}
	return s
}

// integer checks a number from min to max.
func (c *check) integer(m map[string]any, path, key string, min, max int64, required bool) int64 {
	path += "." + key
	v, ok := m[key]
	if !ok || v == nil {
		if required {
			c.add(path, "BASE_TYPE_REQUIRED", "This field is required")
		}
		return 0
	}
	n, ok := v.(json.Number)
	if !ok {
		c.add(path, "NUMBER_TYPE_COERCE", "Value \"%v\" is not int.", v)
		return 0
	}
	i, err := n.Int64()
	if err != nil || i < min || i > max {
		c.add(path, "NUMBER_TYPE_RANGE", "Value must be between %d and %d.", min, max)
	}
	return i
}

// list checks an array of min to max objects.
func (c *check) list(m map[string]any, path, key string, min, max int) []map[string]any {
	path += "." + key
	v, ok := m[key]
	if !ok || v == nil {
		if min > 0 {
			c.add(path, "BASE_TYPE_REQUIRED", "This field is required")
		}
		return nil
	}
	l, ok := v.([]any)
	if !ok {
		c.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
		return nil
	}
	if len(l) < min || len(l) > max {
		c.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", min, max)
	}
	out := make([]map[string]any, 0, len(l))
	for i, e := range l {
		o, ok := e.(map[string]any)
		if !ok {
			c.add(fmt.Sprintf("%s.%d", path, i), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
			o = map[string]any{}
		}
		out = append(out, o)
	}
	return out
}

// object checks an optional object.
func (c *check) object(m map[string]any, path, key string) (map[string]any, bool) {
	v, ok := m[key]
	if !ok || v == nil {
		return nil, false
	}
	o, ok := v.(map[string]any)
	if !ok {
		c.add(path+"."+key, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
	}
	return o, ok
}

// keys refuses what Discord would silently ignore: a misspelt key is a defect.
func (c *check) keys(m map[string]any, path string, known ...string) {
	for k := range m {
		if !slices.Contains(known, k) {
			c.add(path+"."+k, "HOUSE_UNKNOWN_KEY", "No such key.")
		}
	}
}

// link checks a URL; attachment: names one of the files.
func (c *check) link(m map[string]any, path, key string, files []string) {
	s := c.str(m, path, key, 0, 2048, false)
	if s == "" {
		return
	}
	path += "." + key
	u, err := url.Parse(s)
	switch {
	case err != nil:
		c.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	case u.Scheme == "attachment" && files != nil:
		if !slices.Contains(files, u.Host+u.Path) {
			c.add(path, "HOUSE_UNKNOWN_ATTACHMENT", "No file %q in this request.", u.Host+u.Path)
		}
	case u.Scheme != "http" && u.Scheme != "https":
		c.add(path, "URL_TYPE_INVALID_SCHEME", "Scheme %q must be one of ('http', 'https').", u.Scheme)
	case u.Host == "":
		c.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	}
}
