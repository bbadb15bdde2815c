package bus

import (
	"maps"
	"math"
	"strconv"
	"sync/atomic"
	"time"
)

// Event is what handlers get. Topic, Data and Seq are there at once; the rest is made when first read.
// Handlers share one Event and must not change it; an interceptor may, before it passes it on.
// All methods are safe for concurrent use. An event maps one to one to CloudEvents 1.0, whose type is the Topic.
type Event struct {
	Topic string
	Data  any // by reference, untouched (D11)
	// Seq numbers the events of this bus from 1. It grows along each publisher's events; typed events
	// that nobody looked at as an Event take no number, so it may skip.
	Seq uint64

	bus     *Bus
	attrs   *attributes // given, never changed after publish; nil if none was
	lineage *lineage    // nil for an event that no other caused
	id      atomic.Pointer[string]
	time    atomic.Int64 // a stamp; 0 is not read yet
}

// attributes are what a publisher or another realm gave; empty means not given.
type attributes struct {
	id, source, subject, key, version, traceParent, correlation, causation, dataSchema, dataContentType string

	extensions *extensions
	arrival    *arrival  // by a joint; nil for the bus's own
	redrives   int       // of the dead letters that it comes from
	exchange   *Exchange // of a request
}

// ident names an event by what it has: its number, or the id it was given.
type ident struct {
	seq uint64
	id  string
}

// lineage says by which events an event was caused. It holds names, not events, since a cause would hold
// its own cause and so on for ever.
type lineage struct {
	cause, root ident
	traceParent string
}

// EventInit has all that an event can be given, for events that come from outside (Bus.NewEvent) or that
// an interceptor replaces. Zero values mean: not given.
type EventInit struct {
	Topic         string
	Data          any
	Seq           uint64
	ID            string
	Time          time.Time
	Source        string // CloudEvents source
	Subject       string // CloudEvents subject
	Key           string // partition or entity key
	Version       string // of the payload's schema
	TraceParent   string // W3C trace context
	CorrelationID string // id of the event that began the chain
	CausationID   string // id of the event whose handler published this one
	DataSchema    string // CloudEvents dataschema, a URI
	// DataContentType is CloudEvents' datacontenttype, where it is neither JSON nor plain bytes.
	DataContentType string
	// Extensions are the other CloudEvents attributes, by name: each a string, a bool or an int32 (WithExtensions).
	Extensions map[string]any
}

// NewEvent makes an event of this bus without publishing it. It checks nothing; publishing does.
func (b *Bus) NewEvent(in EventInit) *Event {
	e := &Event{Topic: in.Topic, Data: in.Data, Seq: in.Seq, bus: b}
	a := attributes{in.ID, in.Source, in.Subject, in.Key, in.Version, in.TraceParent, in.CorrelationID, in.CausationID, in.DataSchema, in.DataContentType, nil, nil, 0, nil}
	var err error
	if a.extensions, err = newExtensions("EventInit.Extensions", in.Extensions); err != nil {
		a.extensions = &extensions{maps.Clone(in.Extensions), err}
	}
	if a != (attributes{}) {
		e.attrs = &a
	}
	if !in.Time.IsZero() {
		e.time.Store(stamp(in.Time))
	}
	return e
}

func (b *Bus) initEvent(e *Event, topic string, data any, seq uint64) {
	e.Topic, e.Data, e.Seq, e.bus = topic, data, seq, b
}

// Init returns what the event was given, or has from being read, to make a changed copy with NewEvent.
func (e *Event) Init() EventInit {
	a := e.given()
	in := EventInit{
		Topic: e.Topic, Data: e.Data, Seq: e.Seq, ID: a.id, Source: a.source, Subject: a.subject, Key: a.key,
		Version: a.version, TraceParent: e.TraceParent(), CorrelationID: a.correlation, CausationID: e.CausationID(),
		DataSchema: a.dataSchema, DataContentType: a.dataContentType,
		Extensions: e.Extensions(),
	}
	if id := e.id.Load(); id != nil {
		in.ID = *id
	}
	if e.lineage != nil {
		in.CorrelationID = e.CorrelationID()
	}
	if ns := e.time.Load(); ns != 0 {
		in.Time = unstamp(ns)
	}
	return in
}

var noAttributes attributes

func (e *Event) given() *attributes {
	if e.attrs != nil {
		return e.attrs
	}
	return &noAttributes
}

// ID is unique: the one the publisher gave, else the bus's instance and the event's number.
func (e *Event) ID() string {
	if id := e.given().id; id != "" {
		return id
	}
	if id := e.id.Load(); id != nil {
		return *id
	}
	if e.bus == nil {
		return ""
	}
	var id string
	if e.Seq != 0 {
		id = e.bus.eventID(e.Seq)
	} else {
		// Read before the event was numbered, by an interceptor: it keeps this id.
		id = e.bus.instance + "-i" + strconv.FormatUint(e.bus.unnumbered.Add(1), 10)
	}
	e.id.CompareAndSwap(nil, &id)
	return *e.id.Load()
}

func (b *Bus) eventID(seq uint64) string { return b.instance + "-" + strconv.FormatUint(seq, 10) }

// Time is when the event was published if that was given, else when it was first asked for.
func (e *Event) Time() time.Time {
	ns := e.time.Load()
	if ns == 0 {
		e.time.CompareAndSwap(0, stamp(e.now()))
		ns = e.time.Load()
	}
	return unstamp(ns)
}

// stampOfEpoch stands for 1970 itself, whose number says that there is no time yet.
const stampOfEpoch = math.MinInt64

// stamp is t in nanoseconds since 1970.
func stamp(t time.Time) int64 {
	if ns := t.UnixNano(); ns != 0 {
		return ns
	}
	return stampOfEpoch
}

func unstamp(ns int64) time.Time {
	if ns == stampOfEpoch {
		ns = 0
	}
	return time.Unix(0, ns)
}

func (e *Event) now() time.Time {
	if e.bus == nil {
		return time.Now()
	}
	return e.bus.clock.Wall()
}

// Source is the realm that the event comes from: as given, else the bus's name.
func (e *Event) Source() string {
	if s := e.given().source; s != "" || e.bus == nil {
		return s
	}
	return e.bus.name
}

// Subject is what the event is about within its topic, or "".
func (e *Event) Subject() string { return e.given().subject }

// Key is the entity or partition key, or "".
func (e *Event) Key() string { return e.given().key }

// Version is that of the payload's schema, or "".
func (e *Event) Version() string { return e.given().version }

// DataSchema is the URI of the payload's schema, or "".
func (e *Event) DataSchema() string { return e.given().dataSchema }

// DataContentType is the media type of the data that the publisher gave, or "".
func (e *Event) DataContentType() string { return e.given().dataContentType }

// TraceParent is the W3C trace context that the publisher gave, else that of the causing event as it is (the
// bus makes no spans of its own), or "".
func (e *Event) TraceParent() string {
	if t := e.given().traceParent; t != "" || e.lineage == nil {
		return t
	}
	return e.lineage.traceParent
}

// CausationID is the ID of the event whose handler published this one, or "" if none did.
func (e *Event) CausationID() string {
	if c := e.given().causation; c != "" || e.lineage == nil {
		return c
	}
	return e.bus.identID(e.lineage.cause)
}

// CorrelationID is the ID of the event that began the chain of causes; for one that nothing caused, its own.
func (e *Event) CorrelationID() string {
	if c := e.given().correlation; c != "" {
		return c
	}
	if e.lineage != nil {
		return e.bus.identID(e.lineage.root)
	}
	return e.ID()
}

func (b *Bus) identID(i ident) string {
	if i.id != "" {
		return i.id
	}
	return b.eventID(i.seq)
}

func (e *Event) ident() ident {
	if id := e.given().id; id != "" {
		return ident{id: id}
	}
	if id := e.id.Load(); id != nil || e.Seq == 0 {
		return ident{id: e.ID()}
	}
	return ident{seq: e.Seq}
}

func (e *Event) rootIdent() ident {
	if c := e.given().correlation; c != "" {
		return ident{id: c}
	}
	if e.lineage != nil {
		return e.lineage.root
	}
	return e.ident()
}
