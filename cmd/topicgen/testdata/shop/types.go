package main

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"strconv"
	"time"

	"example.com/shop/billing"
)

// Order is what a customer has ordered. It ends with */ and `ticks`.
//
// It is never empty.
//
// Deprecated: Use nothing.
type Order struct {
	Stamp
	*Extra
	ID     ID            `json:"id"`
	Note   string        // wins over that of Extra
	Items  []Item        `json:"items"` // at least one
	Bill   billing.Order `json:"bill"`
	Gift   *Item         `json:"gift,omitempty"`
	Parent *Order        `json:"parent"`
	Total  float64       `json:"total"`
	Count  uint8         `json:"count,string"`
	Rank   *int          `json:"rank,string"`
	// Deprecated: Always true.
	Paid    bool              `json:"paid"`
	Photo   []byte            `json:"photo"`
	Photos  [][]byte          `json:"photos,omitempty"`
	Sum     [2]byte           `json:"sum"`
	Big     [40]bool          `json:"big"`
	Nothing [0]int            `json:"nothing"`
	Labels  map[string]string `json:"labels,omitempty"`
	Stock   map[int]*Item     `json:"stock"`
	Free    map[ID]any        `json:"free"`
	Counts  map[Status]int    `json:"counts"`
	ByLevel map[Level][]Item  `json:"byLevel"`
	Wait    time.Duration     `json:"wait"`
	// Seen tells when.
	Seen     []time.Time     `json:"seen"`
	Address  netip.Addr      `json:"address"`
	Raw      json.RawMessage `json:"raw"`
	Number   json.Number     `json:"number"`
	Anything any             `json:"anything"`
	Status   Status          `json:"status"`
	Level    Level           `json:"level"`
	Color    Color           `json:"color"`
	Flags    Flags           `json:"flags"`
	Unit     Unit            `json:"unit"`
	Country  Country         `json:"country"`
	Inline   struct {
		X, Y int
		Deep *struct{ Z string } `json:"deep,omitempty"`
	} `json:"inline"`
	When     Moment    `json:"when"`
	Code     *Code     `json:"code"`
	Codes    []Code    `json:"codes"`
	Plain    Code      `json:"plain"`
	Own      Own       `json:"own"`
	Exact    *big.Int  `json:"exact"`
	Empty    struct{}  `json:"empty"`
	Pointers **int     `json:"pointers"`
	Alias    Alias     `json:"alias"`
	Loop     Loop      `json:"loop"`
	Nested   Nested    `json:"nested"`
	Secret   string    `json:"-"`
	Dash     int       `json:"-,"`
	Odd      int       `json:"odd name's"`
	Bad      int       `json:"bad\"name"`
	Struct   Item      `json:"struct,omitempty"`
	Zero     Stamp     `json:"zero,omitzero"`
	ZeroTime time.Time `json:"zeroTime,omitzero"`
	Many     Items     `json:"many,omitempty"`
	private  map[string]int
}

// Stamp is in every record.
type Stamp struct {
	// At is when it was made.
	At time.Time `json:"at"`
	By string    `json:"by,omitempty"`
}

// Extra is there or not.
type Extra struct {
	Trace string
	Note  int
}

// ID tells orders apart.
type ID string

// Item is one line of an order.
type Item struct {
	Name  string `json:"name"`
	Price int64  `json:"price"` // in cents
}

// Items has a name of its own.
type Items []Item

// Alias is another name of Item.
type Alias = Item

// Loop contains itself.
type Loop []Loop

// Nested too.
type Nested map[string]Nested

// Status of an order.
type Status string

// The values of Status, in the order in which they come.
const (
	Open    Status = "open"
	Shipped Status = "shipped"
	Lost    Status = "it's \"lost\""
)

// Level is a number without a name in JSON.
type Level int

const (
	Low Level = iota
	Mid       // in between
	High
)

// Color is written as text.
type Color int

const (
	Red Color = iota
	Green
)

func (c Color) MarshalText() ([]byte, error) { return []byte("color " + strconv.Itoa(int(c))), nil }

// Flags may be combined.
type Flags uint8

const (
	Fragile Flags = 1 << iota
	Heavy
)

// Unit is a number of cents.
type Unit int

const (
	Cent Unit = 1
	Euro      = 100 * Cent
)

// Country may be another one too.
//
//topicgen:open
type Country string

const (
	Austria     Country = "at"
	Switzerland Country = "ch"
)

// Moment is a time by its embedded one.
type Moment struct{ time.Time }

// Code is text where its pointer's method is found.
type Code struct{ N int }

func (c *Code) MarshalText() ([]byte, error) { return []byte("code " + strconv.Itoa(c.N)), nil }

// Own makes its own JSON.
type Own struct{ n int }

func (o Own) MarshalJSON() ([]byte, error) { return []byte(strconv.Itoa(o.n)), nil }

// Page is a part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	Next  *ID `json:"next"`
}

// Pair has two parameters.
type Pair[K comparable, V any] struct {
	Key   K `json:"key"`
	Value V `json:"value"`
}

// Tree has children of its own kind.
type Tree struct {
	Children []Tree `json:"children"`
}

// order has the name of another but for its first letter.
type order struct{ N int }

// Topics has a name that the written file has too.
type Topics struct {
	Names []string `json:"names"`
}

// Question is asked.
type Question struct {
	SKU string `json:"sku"`
}

// Price is an answer.
type Price struct {
	Cents int `json:"cents"`
}

// Corners are types that encoding/json treats in ways of their own.
type Corners struct {
	List    *[]string          `json:"list,omitempty"` // may be null
	Stock   *map[string]int    `json:"stock,omitzero"`
	Far     **int              `json:"far,omitempty"`
	Photo   *[]byte            `json:"photo,omitempty"`
	Lists   *Words             `json:"lists,omitempty"`
	Named   PWords             `json:"named,omitempty"`
	Words   Words              `json:"words,omitempty"`
	Inline  PInline            `json:"inline"`
	Quoted  *int               `json:"quoted,omitempty,string"`
	Plain   PInt               `json:"plain,string"`
	Self    *Corners           `json:"self,omitzero"`
	Zero    *Judge             `json:"zero,omitzero"`
	Moved   Judge              `json:"moved,omitzero"`
	Month   time.Month         `json:"month"`
	Months  map[time.Month]int `json:"months"`
	Bytes   []Octet            `json:"bytes"`
	Texts   []TextOctet        `json:"texts"`
	NoText  NoText             `json:"noText"`
	Keys    map[Code3]int      `json:"keys"`
	Lengths []*Words           `json:"lengths"`
	hiding
}

type hiding struct{ Named, Shown string }

// Words may be nil.
type Words []string

// PWords, PInline and PInt are pointers with names.
type (
	PWords  *Words
	PInline *struct{ N int }
	PInt    *int
)

// Judge says what is zero.
type Judge struct{ N int }

func (j Judge) IsZero() bool { return j.N < 0 }

// Octet makes base64 of a slice, TextOctet does not.
type (
	Octet     byte
	TextOctet byte
)

func (t TextOctet) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(t), 10), nil }

// NoText has a method that encoding/json does not take.
type NoText int

func (NoText) MarshalText() (octets, error) { return nil, nil }

type octets []byte

// Code3 is text as a key.
type Code3 [3]byte

func (c Code3) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(c[0]), 10), nil }
