// Command bench measures the bus beside others that do the same work, and prints a table. With -out it
// writes the figures as JSON too.
//
//	go run ./bench [-out file] [-rounds n] [-quick] [-only publish|observe|policies|request|match|topics|bounded]
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report is the file's form. The ratio of a case is its fastest peer's time by ours.
type report struct {
	Go     string   `json:"go"`
	CPUs   int      `json:"cpus"`
	Cases  []result `json:"cases"`
	Memory []memory `json:"memory"`
}

type result struct {
	Name   string             `json:"name"`
	Ours   float64            `json:"ours_ns"`
	Allocs float64            `json:"ours_allocs"`
	Peers  map[string]float64 `json:"peers"`
	Ratio  float64            `json:"ratio,omitempty"`
	Budget string             `json:"budget,omitempty"`
}

type memory struct {
	Name   string  `json:"name"`
	Bytes  float64 `json:"bytes"`
	Peer   float64 `json:"nats_sublist_bytes,omitempty"`
	Budget string  `json:"budget,omitempty"`
}

func main() {
	// go run ./bench is called in bus/peers, so the repository is two folders up.
	out := flag.String("out", filepath.Join("..", "..", "build", "bench", "native.json"), "file to write")
	rounds := flag.Int("rounds", 9, "interleaved rounds, of which the median counts")
	only := flag.String("only", "", "one of publish, observe, policies, request, match, topics, bounded: only these cases, and no file")
	quick := flag.Bool("quick", false, "only 10,000 subscriptions and topics")
	flag.Parse()
	if *rounds < 1 {
		fmt.Fprintln(os.Stderr, "bench: -rounds must be at least 1")
		os.Exit(2)
	}
	m := measure{rounds: *rounds, slice: 40 * time.Millisecond}
	r := report{Go: runtime.Version(), CPUs: runtime.NumCPU()}
	sizes, topics := []int{10_000, 100_000, 1_000_000}, 1_000_000
	if *quick {
		sizes, topics = sizes[:1], 10_000
	}
	wanted := func(part string) bool { return *only == "" || *only == part }
	for _, n := range []int{1, 10, 100} {
		if !wanted("publish") {
			break
		}
		r.Cases = append(r.Cases, publish(m, n)...)
	}
	if wanted("observe") {
		r.Cases = append(r.Cases, observed(m)...)
	}
	if wanted("policies") {
		r.Cases = append(r.Cases, policies(m), pump(m))
	}
	if wanted("request") {
		r.Cases = append(r.Cases, request(m)...)
	}
	for _, n := range sizes {
		if !wanted("match") {
			break
		}
		c, mem := match(m, n)
		r.Cases = append(r.Cases, c)
		r.Memory = append(r.Memory, mem)
	}
	if wanted("topics") {
		c, mem := distinct(topics)
		r.Cases = append(r.Cases, c)
		r.Memory = append(r.Memory, mem)
	}
	if wanted("bounded") {
		r.Memory = append(r.Memory, bounded(topics)...)
	}
	r.print()
	fmt.Fprintln(os.Stderr, "results consumed:", sink)
	if *only != "" {
		return
	}
	if err := r.write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (r report) print() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "case\tours\tallocs\tratio\tbudget\tpeers")
	for _, c := range r.Cases {
		var peers []string
		for name, ns := range c.Peers {
			peers = append(peers, fmt.Sprintf("%s %.1f", name, ns))
		}
		slices.Sort(peers)
		fmt.Fprintf(w, "%s\t%.1f ns\t%.0f\t%.2f\t%s\t%s\n", c.Name, c.Ours, c.Allocs, c.Ratio, c.Budget, strings.Join(peers, ", "))
	}
	for _, m := range r.Memory {
		fmt.Fprintf(w, "%s\t%.1f B\t\t\t%s\t", m.Name, m.Bytes, m.Budget)
		if m.Peer != 0 {
			fmt.Fprintf(w, "nats sublist %.1f", m.Peer)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

func (r report) write(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
