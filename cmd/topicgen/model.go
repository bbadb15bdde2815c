package main

import (
	"errors"
	"fmt"
	gotoken "go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/trolleybus/trolleybus/bus/subject"
	"github.com/trolleybus/trolleybus/cmd/internal/jsonschema"
	"github.com/trolleybus/trolleybus/cmd/internal/topics"
)

// refPrefix begins the references of schemas.
const refPrefix = "#/$defs/"

// model is what is written, in either form.
type model struct {
	generator       *jsonschema.Generator
	topics, replies []entry
}

// entry is the data of a topic, or the answer to requests of one.
type entry struct {
	name   string
	tokens []token // of the name
	doc    string
	bytes  bool // the data is a []byte itself
	schema *jsonschema.Schema
}

// typeError is a topic whose type has no JSON form.
type typeError struct {
	At   gotoken.Position
	Name string
	Err  error // a *jsonschema.TypeError
}

func (e *typeError) Error() string { return fmt.Sprintf("%s: topic %s: %v", e.At, e.Name, e.Err) }
func (e *typeError) Unwrap() error { return e.Err }

func newModel(found *topics.Found, neverNil bool) (m *model, warnings []string, err error) {
	m = &model{generator: &jsonschema.Generator{
		Prefix: refPrefix, Docs: jsonschema.NewDocs(found.Fset), Closed: found.Closed, NeverNil: neverNil, Reserved: []string{"Topics", "Requests", "Uint8Array"},
	}}
	var errs []error
	entries := func(list []*topics.Topic) (made []entry) {
		list, doubts := distinct(list)
		warnings = append(warnings, doubts...)
		for _, t := range list {
			e := entry{name: t.Name, tokens: tokensOf(t), doc: jsonschema.Paragraphs(t.Doc), schema: &jsonschema.Schema{}}
			if t.Type != nil {
				e.bytes = types.Identical(t.Type, types.NewSlice(types.Typ[types.Byte]))
				if e.schema, err = m.generator.Of(t.Type); err != nil {
					errs = append(errs, &typeError{t.At, t.Name, err})
				}
			}
			made = append(made, e)
		}
		return made
	}
	all := slices.Concat(found.Topics, found.Requests)
	slices.SortFunc(all, func(a, b *topics.Topic) int { return strings.Compare(a.Name, b.Name) })
	m.topics, m.replies = entries(all), entries(found.Replies)
	m.generator.Definitions()
	return m, warnings, errors.Join(errs...)
}

// distinct leaves out names with parameters that also stand for a topic of another type: TypeScript wants one
// type for a key, and a parameter stands for dots too.
func distinct(list []*topics.Topic) (left []*topics.Topic, warnings []string) {
	for _, t := range list {
		clash := slices.IndexFunc(list, func(other *topics.Topic) bool {
			return len(t.Parameters) > 0 && other != t && !same(other.Type, t.Type) && overlap(t, other)
		})
		if clash < 0 {
			left = append(left, t)
			continue
		}
		other := list[clash]
		warnings = append(warnings, fmt.Sprintf("%s: topic %s is left out: %s, at %s, has another type and may be the same topic", t.At, t.Name, other.Name, other.At))
	}
	return left, warnings
}

func same(a, b types.Type) bool {
	return a == nil && b == nil || a != nil && b != nil && types.Identical(a, b)
}

// token is one of a topic's name; of a parameter text is its name.
type token struct {
	text      string
	parameter bool
}

func tokensOf(t *topics.Topic) (tokens []token) {
	for text := range subject.Tokens(t.Name) {
		name, braced := strings.CutPrefix(text, "{")
		name, closed := strings.CutSuffix(name, "}")
		if braced && closed && slices.Contains(t.Parameters, name) {
			tokens = append(tokens, token{name, true})
		} else {
			tokens = append(tokens, token{text, false})
		}
	}
	return tokens
}

// overlap reports whether other may be among the topics of t, for TypeScript or for the bus.
func overlap(t, other *topics.Topic) bool {
	a, b := tokensOf(t), tokensOf(other)
	parts := make([]string, len(a))
	alike := len(a) == len(b)
	for i, token := range a {
		parts[i] = regexp.QuoteMeta(token.text)
		if token.parameter {
			parts[i] = ".*"
		}
		alike = alike && (token == b[i] || token.parameter || b[i].parameter)
	}
	return alike || regexp.MustCompile(`^(?s:`+strings.Join(parts, `\.`)+`)$`).MatchString(other.Name)
}
