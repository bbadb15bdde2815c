package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// others is the key of the peers that Ratios does not name.
const others = "*"

// budget is what a case is held to: for each peer the least of its time divided by ours, or a bound of our time in ns.
type budget struct {
	Ratios map[string]float64 `json:"ratios"`
	Under  float64            `json:"under"`
}

func (b budget) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(b.Ratios)) {
		who := name
		if name == others {
			who = "others"
			if len(b.Ratios) == 1 {
				who = "all"
			}
		}
		parts = append(parts, fmt.Sprintf("%s >= %.3g", who, b.Ratios[name]))
	}
	if b.Under > 0 {
		parts = append(parts, "under "+duration(b.Under))
	}
	return strings.Join(parts, ", ")
}

// judge compares the result with its budget, and with the fastest peer.
func (r *result) judge(b budget) {
	if len(r.Peers) > 0 {
		r.Ratio = slices.Min(slices.Collect(maps.Values(r.Peers))) / r.Ours
	}
	r.Budget = b.String()
	if r.Budget == "" {
		return
	}
	met := b.Under == 0 || r.Ours <= b.Under
	for name, time := range r.Peers {
		least, named := b.Ratios[name]
		if !named {
			least = b.Ratios[others]
		}
		if time/r.Ours < least {
			met = false
		}
	}
	r.Met = &met
}
