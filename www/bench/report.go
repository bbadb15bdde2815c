package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// result is one case. Times are in nanoseconds.
type result struct {
	Name string  `json:"name"`
	Ours float64 `json:"ours_ns"`
	// Spread is half of our interquartile range, as a fraction of the median.
	Spread float64            `json:"spread"`
	Peers  map[string]float64 `json:"peers"`
	// Best is everybody's fastest round, ours included: what a busy machine disturbs least.
	Best map[string]float64 `json:"best_ns,omitempty"`
	// Ratio is the fastest peer's time divided by ours: above 1 we are ahead.
	Ratio  float64 `json:"ratio,omitempty"`
	Budget string  `json:"budget,omitempty"`
	Met    *bool   `json:"met,omitempty"`
	Note   string  `json:"note,omitempty"`
}

const oursName = "trolleybus"

type report struct {
	Machine machine  `json:"machine"`
	Cases   []result `json:"cases"`
	Memory  []memory `json:"memory,omitempty"`
}

func (r *report) print(w io.Writer) {
	fmt.Fprintln(w, r.Machine)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "case\ttrolleybus\tbest\tspread\tratio\tbudget\tmet\tpeers, fastest first (their best rounds)")
	for _, c := range r.Cases {
		fmt.Fprintf(table, "%s\t%s\t%s\t±%.0f%%\t%s\t%s\t%s\t%s\n", c.Name, duration(c.Ours), best(c), c.Spread*100, ratio(c.Ratio), c.Budget, verdict(c.Met), peerList(c.Peers, c.Best))
	}
	table.Flush()
	if len(r.Memory) > 0 {
		fmt.Fprintln(w)
		fmt.Fprintln(table, "memory, the same load as warm-up\toperations\twasm\tgrowth\tJS heap\tgrowth\tbudget\tmet")
		for _, m := range r.Memory {
			fmt.Fprintf(table, "%s\t%d\t%.1f MiB\t%.2f MiB\t%.2f MiB\t%.2f%%\t%s\t%s\n", m.Name, m.Operations,
				float64(m.Wasm)/(1<<20), float64(m.WasmGrowth)/(1<<20), m.Heap/(1<<20), m.HeapPercent, m.Budget, verdict(&m.Met))
		}
		table.Flush()
	}
}

func (r *report) write(file string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(content, '\n'), 0o644)
}

func peerList(peers, best map[string]float64) string {
	names := slices.SortedFunc(maps.Keys(peers), func(a, b string) int { return cmp.Compare(peers[a], peers[b]) })
	for i, name := range names {
		names[i] = name + " " + duration(peers[name])
		if best != nil {
			names[i] += " (" + duration(best[name]) + ")"
		}
	}
	return strings.Join(names, ", ")
}

func best(r result) string {
	if t, measured := r.Best[oursName]; measured {
		return duration(t)
	}
	return "-"
}

func ratio(r float64) string {
	if r == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", r)
}

func verdict(met *bool) string {
	switch {
	case met == nil:
		return "-"
	case *met:
		return "yes"
	}
	return "NO"
}

func duration(ns float64) string {
	switch {
	case ns < 100:
		return fmt.Sprintf("%.1f ns", ns)
	case ns < 100_000:
		return fmt.Sprintf("%.0f ns", ns)
	}
	return fmt.Sprintf("%.2f ms", ns/1e6)
}
