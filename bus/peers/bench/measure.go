package main

import (
	"math"
	"runtime"
	"slices"
	"testing"
	"time"
)

// measure times contenders in turn, round by round, so that what else the machine does hits all alike.
type measure struct {
	rounds int
	slice  time.Duration // of one contender in one round
}

// contender does its work n times.
type contender struct {
	name string
	work func(n int)
}

// run returns the median time of one unit of work in nanoseconds, for each contender.
func (m measure) run(all []contender) []float64 {
	counts := make([]int, len(all))
	for i, c := range all {
		counts[i] = m.calibrate(c)
	}
	times := make([][]float64, len(all))
	for range m.rounds {
		for i, c := range all {
			runtime.GC()
			start := time.Now()
			c.work(counts[i])
			times[i] = append(times[i], float64(time.Since(start).Nanoseconds())/float64(counts[i]))
		}
	}
	medians := make([]float64, len(all))
	for i, t := range times {
		slices.Sort(t)
		medians[i] = t[len(t)/2]
	}
	return medians
}

func (m measure) calibrate(c contender) int {
	for n := 1; ; n *= 2 {
		start := time.Now()
		c.work(n)
		if took := time.Since(start); took > m.slice/4 {
			return max(1, int(float64(n)*float64(m.slice)/float64(took)))
		}
	}
}

// compare makes a case of contenders, the first of which is ours.
func (m measure) compare(name, budget string, all []contender) result {
	medians := m.run(all)
	r := result{Name: name, Ours: medians[0], Peers: make(map[string]float64), Budget: budget}
	best := math.Inf(1)
	for i, c := range all[1:] {
		r.Peers[c.name] = medians[i+1]
		best = min(best, medians[i+1])
	}
	r.Ratio = best / r.Ours
	r.Allocs = testing.AllocsPerRun(100, func() { all[0].work(1) })
	return r
}

// heap returns the bytes in use after two collections; the second one frees what finalizers held.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// sink takes results, so that no contender's work can be left out.
var sink int
