package discordtest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// document is Discord's own description of its HTTP API
// (https://github.com/discord/discord-api-spec), an OpenAPI 3.1 file. It checks
// what the rules of this package may have missed. It is not part of the project:
// where it is absent, the rules do without.
//
// Routes and parameters are checked by kin-openapi. Bodies are checked by the
// JSON Schema engine under it, each schema compiled once: kin-openapi compiles
// with every request, which takes some 60 ms for a message.
type document struct {
	spec  *openapi3.T
	paths []docPath

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

type docPath struct {
	name     string
	segments []string
	item     *openapi3.PathItem
}

// noDocument, as Options.OpenAPI, does without the document.
const noDocument = "-"

// documents keeps what was read: it takes a fifth of a second, and every test
// starts a server.
var documents struct {
	sync.Mutex
	read map[string]*document
}

// loadDocument reads the description at a path, or where it lies beside the
// project. An absent one is nil; one that was named and cannot be read is an error.
func loadDocument(path string) (*document, error) {
	named := path != ""
	if path == noDocument {
		return nil, nil
	}
	if !named {
		if path = besideProject(); path == "" {
			return nil, nil
		}
	}
	documents.Lock()
	defer documents.Unlock()
	if d := documents.read[path]; d != nil {
		return d, nil
	}
	d, err := readDocument(path)
	if err != nil {
		return nil, fmt.Errorf("discordtest: reading the description of Discord's API: %w", err)
	}
	if documents.read == nil {
		documents.read = map[string]*document{}
	}
	documents.read[path] = d
	return d, nil
}

func readDocument(path string) (*document, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	spec, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	d := &document{spec: spec, compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource(docURL, whole); err != nil {
		return nil, err
	}
	for name, item := range spec.Paths.Map() {
		d.paths = append(d.paths, docPath{name, strings.Split(name, "/"), item})
	}
	return d, nil
}

const docURL = "https://discord.com/openapi.json"

// schema is the one for the JSON body of an operation, nil if it takes none.
func (d *document) schema(p docPath, method string) (*jsonschema.Schema, error) {
	body := p.item.GetOperation(method).RequestBody
	if body == nil || body.Value.Content["application/json"] == nil {
		return nil, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	key := method + " " + p.name
	if s := d.schemas[key]; s != nil {
		return s, nil
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	s, err := d.compiler.Compile(docURL + "#/paths/" + escape.Replace(p.name) + "/" + strings.ToLower(method) +
		"/requestBody/content/application~1json/schema")
	if err == nil {
		d.schemas[key] = s
	}
	return s, err
}

// besideProject looks for shared/discord/openapi.json beside the module's root.
func besideProject() string {
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
			continue
		}
		path := filepath.Join(filepath.Dir(dir), "shared", "discord", "openapi.json")
		if _, err := os.Stat(path); err == nil {
			return path
		}
		return ""
	}
	return ""
}

// Checked says that requests are checked against Discord's own description of
// its API, and not by the rules of this package alone.
func (s *Server) Checked() bool { return s.doc != nil }

// find gives the path of the description that a request goes to; of two that
// match, the one with fewer parameters.
func (d *document) find(path string) (docPath, map[string]string) {
	segments := strings.Split(path, "/")
	var best docPath
	var params map[string]string
	for _, p := range d.paths {
		if len(p.segments) != len(segments) {
			continue
		}
		got, ok := map[string]string{}, true
		for i, seg := range p.segments {
			if strings.HasPrefix(seg, "{") && segments[i] != "" {
				got[strings.Trim(seg, "{}")] = segments[i]
			} else if seg != segments[i] {
				ok = false
				break
			}
		}
		if ok && (best.item == nil || len(got) < len(params)) {
			best, params = p, got
		}
	}
	return best, params
}

// check gives what the description says against a request.
func (d *document) check(ctx context.Context, r *request) []issue {
	p, params := d.find(r.path)
	if p.item == nil || p.item.GetOperation(r.method) == nil {
		return []issue{{"_misc", "DOCUMENT_ROUTE", "The description knows no " + r.method + " " + r.path + "."}}
	}
	req := (&http.Request{Method: r.method, URL: &url.URL{Path: r.path, RawQuery: r.rawQuery}, Header: http.Header{}}).WithContext(ctx)
	err := openapi3filter.ValidateRequest(ctx, &openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, QueryParams: req.URL.Query(),
		Route: &routers.Route{Spec: d.spec, Path: p.name, PathItem: p.item, Method: r.method, Operation: p.item.GetOperation(r.method)},
		Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true, ExcludeRequestBody: true,
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
	return append(parameterIssues(err), d.checkBody(p, r)...)
}

func (d *document) checkBody(p docPath, r *request) []issue {
	schema, err := d.schema(p, r.method)
	if err != nil {
		return []issue{{"_misc", "DOCUMENT", err.Error()}}
	}
	body := r.documented()
	if schema == nil || body == nil {
		return nil
	}
	var wrong *jsonschema.ValidationError
	if err := schema.Validate(body); errors.As(err, &wrong) {
		return leaves(wrong)
	} else if err != nil {
		return []issue{{"_misc", "DOCUMENT", err.Error()}}
	}
	return nil
}

// leaves are the causes of an error. Of alternatives that all failed it takes the
// one that went deepest: that is the one which was meant.
func leaves(e *jsonschema.ValidationError) []issue {
	if len(e.Causes) == 0 {
		path, code := strings.Join(e.InstanceLocation, "."), "DOCUMENT"
		if path == "" {
			path = "_misc"
		}
		if words := e.ErrorKind.KeywordPath(); len(words) > 0 {
			code += "_" + strings.ToUpper(words[len(words)-1])
		}
		return []issue{{path, code, e.ErrorKind.LocalizedString(message.NewPrinter(language.English))}}
	}
	var all [][]issue
	for _, c := range e.Causes {
		all = append(all, leaves(c))
	}
	switch e.ErrorKind.(type) {
	case *kind.OneOf, *kind.AnyOf:
		return slices.MaxFunc(all, func(a, b []issue) int { return cmp.Compare(depth(a), depth(b)) })
	}
	return slices.Concat(all...)
}

func depth(issues []issue) int {
	n := 0
	for _, i := range issues {
		n = max(n, 1+strings.Count(i.path, "."))
	}
	return n
}

func (s *Server) described(ctx context.Context, r *request) []issue {
	if s.doc == nil {
		return nil
	}
	return s.doc.check(ctx, r)
}

// refuse joins what the description says against a request with what the rules
// say, which know better where the fault lies.
func (s *Server) refuse(e endpoint, r *request, issues []issue) *problem {
	if e.rules != nil {
		if p := e.rules(s, r); p != nil {
			if p.code != codeInvalidForm {
				return p
			}
			issues = append(p.issues, issues...)
		}
	}
	return invalidForm(issues)
}

// documented is the body as the description is to see it: without what is
// valid, but is not in it.
func (r *request) documented() any {
	if r.list != nil {
		list := []any{}
		for _, cmd := range r.list {
			if bits, ok := cmd["default_member_permissions"].(string); ok && digits(bits) {
				cmd = maps.Clone(cmd)
				delete(cmd, "default_member_permissions") // a string, since it outgrew numbers
			}
			list = append(list, cmd)
		}
		return list
	}
	if r.body == nil {
		return nil
	}
	return documentedMessage(r.body)
}

func documentedMessage(body map[string]any) map[string]any {
	body = maps.Clone(body)
	if isForward(body) {
		delete(body, "message_reference")
	}
	if data, ok := body["data"].(map[string]any); ok {
		body["data"] = documentedMessage(data)
	}
	if list, ok := body["attachments"].([]any); ok {
		list = slices.Clone(list)
		for i, a := range list {
			if o, ok := a.(map[string]any); ok {
				if n, ok := o["id"].(json.Number); ok {
					o = maps.Clone(o)
					o["id"] = n.String() // the number of a file
					list[i] = o
				}
			}
		}
		body["attachments"] = list
	}
	return body
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// parameterIssues names the parameters that the description refuses.
func parameterIssues(err error) []issue {
	if err == nil {
		return nil
	}
	var all openapi3.MultiError
	if !errors.As(err, &all) {
		all = openapi3.MultiError{err}
	}
	var out []issue
	for _, e := range all {
		at := "_misc"
		var re *openapi3filter.RequestError
		if errors.As(e, &re) && re.Parameter != nil {
			at = re.Parameter.Name
		}
		out = append(out, issue{at, "DOCUMENT_PARAMETER", e.Error()})
	}
	return out
}
