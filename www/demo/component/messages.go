//go:build js && wasm

package main

import "github.com/trolleybus/trolleybus/www/demo/component/window"

// hour is one hour of the recording, whose times are milliseconds since it began.
const hour = 3_600_000.0

// Quake is the part of a quake.<region>.<class> event that is counted.
type Quake struct {
	At        float64 `json:"at"`
	Region    string  `json:"region"`
	Magnitude float64 `json:"magnitude"`
}

// Flight is the part of a flight.<origin>.<status> event that is counted.
type Flight struct {
	At     float64 `json:"at"`
	Region string  `json:"region"`
	Delay  float64 `json:"delay"` // minutes
}

// Moment is a time of the recording.
type Moment struct {
	At float64 `json:"at"`
}

// Clock is a tick of replay.clock.
type Clock = Moment

// Window is how far summaries look back.
type Window struct {
	Hours float64 `json:"hours"`
}

// Backlog is everything that was replayed before.
type Backlog struct {
	Quakes  []Quake  `json:"quakes"`
	Flights []Flight `json:"flights"`
}

// Summary goes out as board.summary.<kind>.<region>.
type Summary struct {
	Kind   string `json:"kind"`
	Region string `json:"region"`
	window.Stats
}
