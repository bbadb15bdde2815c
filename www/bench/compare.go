package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
)

// measured is what the page says of one case: the times of all rounds, of our bus first.
type measured struct {
	Name     string `json:"name"`
	Budget   budget `json:"budget"`
	Note     string `json:"note"`
	Subjects []struct {
		Name  string    `json:"name"`
		Times []float64 `json:"times"`
	} `json:"subjects"`
}

// Pages of cases: the buses alone, and within components of frameworks.
var pages = []string{"compare", "components"}

// compare runs the cases of every page.
func compare(b *browser, url string, s settings) ([]result, error) {
	var results []result
	for _, name := range pages {
		found, err := comparePage(b, url+"/"+name+".html", s)
		if err != nil {
			return nil, err
		}
		results = append(results, found...)
	}
	if len(results) == 0 {
		return nil, errNoCase(s)
	}
	return results, nil
}

func errNoCase(s settings) error { return fmt.Errorf("no case has a name like %q", s.only) }

// comparePage runs all cases in one page, several times over with another order of subjects, cases and warm-up.
func comparePage(b *browser, url string, s settings) ([]result, error) {
	var all []measured
	for seed := range s.loads {
		cases, err := compareOnce(b, url, s, seed+1)
		if err != nil {
			return nil, err
		}
		if len(cases) == 0 {
			return nil, nil
		}
		if all == nil {
			all = cases
			continue
		}
		for i := range all {
			for j := range all[i].Subjects {
				all[i].Subjects[j].Times = append(all[i].Subjects[j].Times, cases[i].Subjects[j].Times...)
			}
		}
	}
	results := make([]result, 0, len(all))
	for _, m := range all {
		r := result{Name: m.Name, Note: m.Note, Peers: map[string]float64{}}
		r.Best = map[string]float64{}
		for i, subject := range m.Subjects {
			r.Best[subject.Name] = slices.Min(subject.Times)
			if i == 0 {
				r.Ours, r.Spread = median(subject.Times), spread(subject.Times)
			} else {
				r.Peers[subject.Name] = median(subject.Times)
			}
		}
		r.judge(m.Budget)
		results = append(results, r)
	}
	return results, nil
}

func compareOnce(b *browser, url string, s settings, seed int) ([]measured, error) {
	p, err := b.open(url)
	if err != nil {
		return nil, err
	}
	defer p.close()
	names, err := eval[[]string](p, fmt.Sprintf("bench.start(%d, %s)", seed, strconv.Quote(s.only)))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, nil
	}
	for round := range s.rounds {
		fmt.Fprintf(os.Stderr, "\rload %d of %d, round %d of %d ", seed, s.loads, round+1, s.rounds)
		if _, err := eval[any](p, "bench.round()"); err != nil {
			return nil, err
		}
	}
	fmt.Fprint(os.Stderr, "\r\033[K")
	return eval[[]measured](p, "bench.results()")
}
