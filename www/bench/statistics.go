package main

import "slices"

func median(times []float64) float64 {
	return quantile(times, 0.5)
}

// spread is half of the distance between the quartiles, as a fraction of the median.
func spread(times []float64) float64 {
	return (quantile(times, 0.75) - quantile(times, 0.25)) / 2 / median(times)
}

// quantile interpolates between the two nearest values.
func quantile(times []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(times))
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
