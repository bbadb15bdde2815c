package model

import "fmt"

// state is what can be asked of a bus while nothing is going on.
type state struct {
	Published, Delivered, Failed, Dropped, Intercepted   uint64
	Retried, Dead, Evicted, Deduped, Coalesced, Redriven uint64
	Subscriptions                                        []string       // in their order
	Letters                                              []string       // sorted
	Active                                               []bool         // by number
	Reached                                              map[string]int // by topic
}

// lines is the state as text.
func (s *state) lines() []string {
	list := []string{fmt.Sprintf("published %d, delivered %d, failed %d, dropped %d, intercepted %d", s.Published, s.Delivered, s.Failed, s.Dropped, s.Intercepted)}
	list = append(list, fmt.Sprintf("retried %d, dead %d, evicted %d, deduped %d, coalesced %d, redriven %d", s.Retried, s.Dead, s.Evicted, s.Deduped, s.Coalesced, s.Redriven))
	for i, sub := range s.Subscriptions {
		list = append(list, fmt.Sprintf("subscription %d: %s", i, sub))
	}
	list = append(list, s.Letters...)
	return append(list, fmt.Sprint("active: ", s.Active), fmt.Sprint("reached: ", s.Reached))
}

// backlog is what a managed subscription has to do.
func backlog(running, paused, waiting int, dropped uint64) string {
	if running+paused+waiting == 0 && dropped == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d running, %d paused, %d waiting, %d dropped)", running, paused, waiting, dropped)
}
