package main

import (
	"fmt"
	"strings"

	"github.com/trolleybus/trolleybus/cmd/internal/jsonschema"
	"github.com/trolleybus/trolleybus/cmd/internal/topics"
)

// document is an AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0), as
// far as declared topics fill it. Maps are written with their keys sorted.
type document struct {
	AsyncAPI           string              `json:"asyncapi"`
	Info               info                `json:"info"`
	DefaultContentType string              `json:"defaultContentType"`
	Channels           map[string]*channel `json:"channels"`
	Components         components          `json:"components"`
}

type info struct {
	Title       string `json:"title"`
	Version     string `json:"version"`
	Description string `json:"description,omitempty"`
}

type channel struct {
	Address     string               `json:"address"`
	Description string               `json:"description,omitempty"`
	Messages    map[string]reference `json:"messages"`
	Parameters  map[string]parameter `json:"parameters,omitempty"`
}

type parameter struct {
	Description string `json:"description"`
}

type reference struct {
	Ref string `json:"$ref"`
}

type message struct {
	Name        string             `json:"name"`
	Title       string             `json:"title"`
	Description string             `json:"description,omitempty"`
	Payload     *jsonschema.Schema `json:"payload"`
	// Version of the data, by which a publisher may give older data.
	Version int `json:"x-version,omitempty"`
}

type components struct {
	Messages map[string]*message           `json:"messages"`
	Schemas  map[string]*jsonschema.Schema `json:"schemas,omitempty"`
}

// describe makes the document of what was found.
func describe(found *topics.Found, about info) (*document, error) {
	d := &document{
		AsyncAPI: "3.0.0", Info: about, DefaultContentType: "application/json",
		Channels: map[string]*channel{}, Components: components{Messages: map[string]*message{}},
	}
	g := &jsonschema.Generator{Prefix: "#/components/schemas/", Docs: jsonschema.NewDocs(found.Fset), Closed: found.Closed}
	payloads := make([]*jsonschema.Schema, len(found.Topics))
	for i, t := range found.Topics {
		payloads[i] = &jsonschema.Schema{}
		if t.Type == nil {
			continue
		}
		var err error
		if payloads[i], err = g.Of(t.Type); err != nil {
			return nil, fmt.Errorf("%s: topic %s: %w", t.At, t.Name, err)
		}
	}
	d.Components.Schemas = g.Definitions()
	for i, t := range found.Topics {
		id, payload := d.idOf(t.Name), payloads[i]
		text := strings.Join(strings.Fields(t.Doc), " ")
		d.Components.Messages[id] = &message{Name: t.Name, Title: titleOf(t, payload), Description: text, Payload: payload, Version: t.Version}
		c := &channel{Address: t.Name, Description: text, Messages: map[string]reference{id: {"#/components/messages/" + id}}}
		for _, name := range t.Parameters {
			if c.Parameters == nil {
				c.Parameters = map[string]parameter{}
			}
			c.Parameters[name] = parameter{"One token of the topic."}
		}
		d.Channels[id] = c
	}
	return d, nil
}

// idOf makes a key that AsyncAPI allows, and that no other topic has.
func (d *document) idOf(topic string) string {
	base := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		case r == '{' || r == '}':
			return -1
		}
		return '_'
	}, topic)
	id := base
	for i := 2; d.Channels[id] != nil; i++ {
		id = fmt.Sprintf("%s_%d", base, i)
	}
	return id
}

func titleOf(t *topics.Topic, payload *jsonschema.Schema) string {
	if i := strings.LastIndexByte(payload.Ref, '/'); i >= 0 {
		return payload.Ref[i+1:]
	}
	return t.Name
}
