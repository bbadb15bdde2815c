// Package window counts values within a span of time.
package window

import (
	"math"
	"slices"
)

// Series is a set of values, each observed at a time. The zero value is empty.
type Series struct {
	observed []observation // by time
	sorted   []float64     // reused by Between
}

type observation struct{ at, value float64 }

// Stats describes the values of a span. All but Count are 0 when there is none.
type Stats struct {
	Count  int     `json:"count"`
	Mean   float64 `json:"mean"`
	Median float64 `json:"median"`
	P95    float64 `json:"p95"`
	Max    float64 `json:"max"`
}

// Add takes a value in. Times usually grow; others are put where they belong.
func (s *Series) Add(at, value float64) {
	s.observed = slices.Insert(s.observed, s.after(at), observation{at, value})
}

// Truncate forgets what came after a time.
func (s *Series) Truncate(at float64) { s.observed = s.observed[:s.after(at)] }

// Clear forgets everything.
func (s *Series) Clear() { s.observed = s.observed[:0] }

// Between describes the values after one time, up to and including another.
func (s *Series) Between(after, until float64) Stats {
	span := s.observed[s.after(after):max(s.after(after), s.after(until))]
	if len(span) == 0 {
		return Stats{}
	}
	s.sorted = s.sorted[:0]
	sum := 0.0
	for _, o := range span {
		s.sorted = append(s.sorted, o.value)
		sum += o.value
	}
	slices.Sort(s.sorted)
	return Stats{
		Count:  len(span),
		Mean:   sum / float64(len(span)),
		Median: percentile(s.sorted, 50),
		P95:    percentile(s.sorted, 95),
		Max:    s.sorted[len(s.sorted)-1],
	}
}

// after is the index of the first observation later than at.
func (s *Series) after(at float64) int {
	i, _ := slices.BinarySearchFunc(s.observed, at, func(o observation, at float64) int {
		if o.at <= at {
			return -1
		}
		return 1
	})
	return i
}

// percentile interpolates between the closest ranks, as Hyndman and Fan's definition 7 has it.
func percentile(sorted []float64, p float64) float64 {
	rank := p / 100 * float64(len(sorted)-1)
	low := math.Floor(rank)
	value := sorted[int(low)]
	if part := rank - low; part > 0 {
		value += part * (sorted[int(low)+1] - value)
	}
	return value
}
