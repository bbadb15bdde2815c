package window

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func series(observations ...[2]float64) *Series {
	var s Series
	for _, o := range observations {
		s.Add(o[0], o[1])
	}
	return &s
}

func TestBetween(t *testing.T) {
	unordered := series([2]float64{30, 3}, [2]float64{10, 1}, [2]float64{50, -10}, [2]float64{20, 2}, [2]float64{40, 4})
	for _, test := range []struct {
		name         string
		after, until float64
		want         Stats
	}{
		{"nothing before the first", 0, 9, Stats{}},
		{"nothing after the last", 50, 90, Stats{}},
		{"nothing when the span is turned round", 40, 20, Stats{}},
		{"one value is all percentiles", 9, 10, Stats{1, 1, 1, 1, 1}},
		{"begin is excluded and end included", 10, 20, Stats{1, 2, 2, 2, 2}},
		{"median of an even count lies between", 0, 40, Stats{4, 2.5, 2.5, 3.85, 4}},
		{"negative values", 0, 50, Stats{5, 0, 2, 3.8, 4}},
		{"the largest may be negative", 40, 50, Stats{1, -10, -10, -10, -10}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := unordered.Between(test.after, test.until)
			assert.Equal(t, test.want.Count, got.Count)
			assert.InDelta(t, test.want.Mean, got.Mean, 1e-9)
			assert.InDelta(t, test.want.Median, got.Median, 1e-9)
			assert.InDelta(t, test.want.P95, got.P95, 1e-9)
			assert.InDelta(t, test.want.Max, got.Max, 0)
		})
	}
}

func TestBetweenLeavesTheSeriesAsItIs(t *testing.T) {
	s := series([2]float64{1, 9}, [2]float64{2, 1})
	assert.Equal(t, s.Between(0, 2), s.Between(0, 2))
	assert.InDelta(t, 9, s.Between(0, 1).Max, 0)
}

func TestTruncateAndClear(t *testing.T) {
	s := series([2]float64{1, 1}, [2]float64{2, 2}, [2]float64{3, 3})
	s.Truncate(2)
	assert.Equal(t, 2, s.Between(0, 10).Count)
	s.Add(3, 7)
	assert.InDelta(t, 7, s.Between(0, 10).Max, 0)
	s.Clear()
	assert.Equal(t, Stats{}, s.Between(0, 10))
}
