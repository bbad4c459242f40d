package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
)

// read parses the body: JSON, or a multipart form with payload_json and files.
func (r *request) read(raw []byte) *problem {
	if len(raw) > maxBody {
		return errTooLarge
	}
	if r.method == "GET" || r.method == "DELETE" || len(raw) == 0 {
		return nil
	}
	typ, params, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	switch {
	case err == nil && typ == "application/json":
		return r.decode(raw)
	case err == nil && typ == "multipart/form-data":
		return r.readForm(multipart.NewReader(bytes.NewReader(raw), params["boundary"]))
	}
	return invalidForm([]issue{{"_misc", "CONTENT_TYPE_INVALID", `Expected "Content-Type" header to be one of {'application/json', 'multipart/form-data'}.`}})
}

func (r *request) readForm(form *multipart.Reader) *problem {
	payload := false
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errBadJSON
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return errBadJSON
		}
		if part.FormName() == "payload_json" {
			payload = true
			if p := r.decode(data); p != nil {
				return p
			}
			continue
		}
		if len(data) > 10<<20 { // 10 MiB a file
			return errTooLarge
		}
		r.files = append(r.files, upload{part.FormName(), part.FileName(), part.Header.Get("Content-Type"), data})
	}
	if !payload {
		return errBadJSON
	}
	return nil
}

func (r *request) decode(raw []byte) *problem {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&v) != nil || d.More() {
		return errBadJSON
	}
	switch v := v.(type) {
	case map[string]any:
		r.body = v
		return nil
	case []any:
		r.list = []map[string]any{}
		for _, e := range v {
			if m, ok := e.(map[string]any); ok {
				r.list = append(r.list, m)
				continue
			}
			return invalidForm([]issue{{"_", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType"}})
		}
		return nil
	}
	return errBadJSON
}
