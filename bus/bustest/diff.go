package bustest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/trolleybus/trolleybus/bus"
)

// alignment lays events beside what was expected.
type alignment struct {
	events []bus.EventInit
	want   []Want
}

const (
	// before is how many matching events are shown before the first difference.
	before = 3
	// most is up to how many of each side are compared for showing the difference.
	most = 200
)

func (a *alignment) fits(want, event int) bool {
	return a.want[want].wrong(a.events[event], a.events) == ""
}

// same is how many match from the start, before any Others.
func (a *alignment) same() int {
	n := 0
	for n < len(a.want) && n < len(a.events) && !a.want[n].others && a.fits(n, n) {
		n++
	}
	return n
}

// matches keeps in reached[i] whether what was expected so far can be the next i events.
func (a *alignment) matches() bool {
	from := a.same()
	n := len(a.events) - from
	reached := make([]bool, n+1)
	reached[0] = true
	for w := from; w < len(a.want); w++ {
		next := make([]bool, n+1)
		any := false
		for i := range reached {
			if a.want[w].others {
				any = any || reached[i]
				next[i] = any
			} else if i < n && reached[i] && a.fits(w, from+i) {
				next[i+1] = true
			}
		}
		reached = next
	}
	return reached[n]
}

// diff shows the two lists with as few differences as there can be.
func (a *alignment) diff() string {
	from := a.same()
	var out strings.Builder
	if hidden := from - before; hidden > 0 {
		fmt.Fprintf(&out, "    (%d that are as expected)\n", hidden)
	}
	for i := max(0, from-before); i < from; i++ {
		fmt.Fprintf(&out, "    %s\n", line(a.events[i]))
	}
	rest := alignment{a.events[from:min(len(a.events), from+most)], a.want[from:min(len(a.want), from+most)]}
	rest.write(&out, rest.costs(a.events), a.events)
	if left := max(len(a.events), len(a.want)) - from - most; left > 0 {
		fmt.Fprintf(&out, "    (up to %d more are not compared)\n", left)
	}
	return out.String()
}

// costs has for each pair of places how many lines differ from there to the end.
func (a *alignment) costs(all []bus.EventInit) [][]int {
	w, e := len(a.want), len(a.events)
	costs := make([][]int, w+1)
	for i := w; i >= 0; i-- {
		costs[i] = make([]int, e+1)
		for j := e; j >= 0; j-- {
			switch {
			case i == w:
				costs[i][j] = e - j
			case a.want[i].others:
				costs[i][j] = costs[i+1][j]
				if j < e {
					costs[i][j] = min(costs[i][j], costs[i][j+1])
				}
			case j == e:
				costs[i][j] = 1 + costs[i+1][j]
			default:
				costs[i][j] = 1 + min(costs[i+1][j], costs[i][j+1])
				if a.want[i].wrong(a.events[j], all) == "" {
					costs[i][j] = min(costs[i][j], costs[i+1][j+1])
				}
			}
		}
	}
	return costs
}

// write goes along the cheapest way. Events that are there in the place of others say what is wrong with them.
func (a *alignment) write(out *strings.Builder, costs [][]int, all []bus.EventInit) {
	var missing []Want // in a row, and not yet compared with an event
	i, j := 0, 0
	for i < len(a.want) || j < len(a.events) {
		switch left := costs[i][j]; {
		case i < len(a.want) && a.want[i].others:
			missing = nil
			if costs[i+1][j] == left {
				i++
				continue
			}
			fmt.Fprintf(out, "    %s\n", line(a.events[j]))
			j++
		case i < len(a.want) && j < len(a.events) && costs[i+1][j+1] == left && a.want[i].wrong(a.events[j], all) == "":
			missing = nil
			fmt.Fprintf(out, "    %s\n", line(a.events[j]))
			i, j = i+1, j+1
		case i < len(a.want) && 1+costs[i+1][j] == left:
			fmt.Fprintf(out, "  - %s\n", a.want[i])
			missing = append(missing, a.want[i])
			i++
		default:
			fmt.Fprintf(out, "  + %s", line(a.events[j]))
			if len(missing) > 0 {
				fmt.Fprintf(out, "   (%s)", missing[0].wrong(a.events[j], all))
				missing = missing[1:]
			}
			out.WriteByte('\n')
			j++
		}
	}
}

func line(e bus.EventInit) string {
	text := e.Topic + " " + show(e.Data)
	if e.Key != "" {
		text += " key " + strconv.Quote(e.Key)
	}
	return text
}
