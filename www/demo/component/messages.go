//go:build js && wasm

package main

import "github.com/trolleybus/trolleybus/www/demo/component/window"

// hour is one hour of the recording, whose times are milliseconds since it began.
const hour = 3_600_000.0

// Quake is the part of a quake.<region>.<class> event that is counted.
type Quake struct {
	At        float64 `json:"at"` // milliseconds since the recording began
	Region    string  `json:"region"`
	Magnitude float64 `json:"magnitude"`
}

// Flight is the part of a flight.<origin>.<status> event that is counted.
type Flight struct {
	At     float64 `json:"at"` // milliseconds since the recording began
	Region string  `json:"region"`
	Delay  float64 `json:"delay"` // minutes; negative is early
}

// Moment is a time of the recording.
type Moment struct {
	At float64 `json:"at"` // milliseconds since the recording began
}

// Clock is the part of a tick of replay.clock that is looked at.
type Clock = Moment

// Window is how far summaries, and the map, look back.
type Window struct {
	Hours float64 `json:"hours"` // of the recording
}

// Backlog is everything that was replayed before.
type Backlog struct {
	Quakes  []Quake  `json:"quakes"`
	Flights []Flight `json:"flights"`
}

// Kind of series; it is the second token of its summaries' topics.
type Kind string

const (
	quakes  Kind = "quake"
	flights Kind = "flight"
)

// Summary is what was found in the window: of magnitudes, or of delays in minutes.
type Summary struct {
	Kind   Kind   `json:"kind"`
	Region string `json:"region"`
	window.Stats
}
