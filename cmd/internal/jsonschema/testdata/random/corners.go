// Package main is half of a test of package jsonschema: it has types that encoding/json treats in ways of their own, of
// which random types are made, and writes the JSON of random values of these.
package main

import (
	"encoding"
	"strconv"
	"time"
)

type (
	Word    string
	lower   string
	Bytes   []byte
	Small   uint8
	Words   []Word
	ByWord  map[Word]Words
	PInt    *int
	PWords  *Words
	PPlain  *Plain
	PInline *struct{ I PInt }
	Plain   struct {
		A int
		B *Plain `json:"b,omitempty"`
	}
	hidden struct{ H, A string }
	Tree   map[string][]*Tree
	Moment struct{ time.Time }
	// Textual has the method of an interface.
	Textual struct{ encoding.TextMarshaler }
)

// Box is generic.
type Box[T any] struct {
	Value T  `json:",omitempty"`
	More  *T `json:"more"`
}

// Ring embeds itself.
type Ring[T any] struct {
	*Ring[T]
	R T
}

// Status has declared values only.
type Status string

const (
	Open Status = "open"
	Shut Status = "shut"
)

// Level too.
type Level int

const (
	Low Level = iota
	High
)

// SmallText makes no base64 of a slice.
type SmallText uint8

func (s SmallText) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(s), 10), nil }

// Text and PText are text by a method of the value and of its pointer.
type Text struct{ N int }

func (t Text) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(t.N), 10), nil }

type PText struct{ N int }

func (t *PText) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(t.N), 10), nil }

// NumberText is a number and text.
type NumberText int

func (n NumberText) MarshalText() ([]byte, error) {
	return strconv.AppendInt([]byte("n"), int64(n), 10), nil
}

// ListText is text even where it is nil.
type ListText []string

func (l ListText) MarshalText() ([]byte, error) {
	return strconv.AppendInt(nil, int64(len(l)), 10), nil
}

// JSON, PJSON and WordJSON make their own JSON.
type JSON struct{ n int }

func (j JSON) MarshalJSON() ([]byte, error) { return strconv.AppendInt(nil, int64(j.n), 10), nil }

type PJSON struct{ N int }

func (j *PJSON) MarshalJSON() ([]byte, error) { return []byte("[]"), nil }

type WordJSON string

func (w WordJSON) MarshalJSON() ([]byte, error) { return []byte("7"), nil }

// NoText and NoMarshaler have methods of other types, which encoding/json does not take.
type NoText int

func (NoText) MarshalText() (Bytes, error) { return nil, nil }

type NoMarshaler struct{ MarshalJSON int }

// Zero and PZero say themselves what omitzero leaves out; of ZeroWords nil is not.
type Zero struct{ Z int }

func (z Zero) IsZero() bool { return z.Z < 0 }

type PZero struct{ Z int }

func (z *PZero) IsZero() bool { return z.Z < 0 }

type ZeroWords []string

func (z ZeroWords) IsZero() bool { return len(z) == 1 }

// Zeroes is Zero by a pointer.
type Zeroes struct {
	P *Zero      `json:"p,omitzero"`
	Q *PZero     `json:"q,omitzero"`
	R ZeroWords  `json:"r,omitzero"`
	S *ZeroWords `json:"s,omitempty,omitzero"`
}
