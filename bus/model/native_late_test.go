package model

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// nativeLate is what the bus needs for programs with policies, which run in a bubble of testing/synctest.
type nativeLate struct {
	clock   steps
	program string // its goroutine
	mu      sync.Mutex
	gates   map[string]chan struct{} // of calls of handlers with lanes
	over    bool
}

// steps is a clock that lets the goroutines of each timer come to rest before the next timer's turn.
type steps struct {
	bustest.Clock
	n *native
}

func (s *steps) AfterFunc(d time.Duration, f func()) bus.Timer {
	return s.Clock.AfterFunc(d, func() {
		f()
		s.n.settle()
	})
}

// aside asks for the goroutine, since a handler cannot tell otherwise who calls it.
func (n *native) aside() bool { return n.config.managed && goroutine() != n.program }

func goroutine() string {
	var buf [64]byte
	return strings.Fields(string(buf[:runtime.Stack(buf[:], false)]))[1]
}

// settle lets other goroutines come to rest; only that of the program waits for the others.
func (n *native) settle() {
	if n.config.managed && !n.aside() {
		synctest.Wait()
	}
}

func (n *native) advance(ms int) {
	n.clock.Advance(time.Duration(ms) * time.Millisecond)
	n.settle()
}

func gate(id int, event string) string { return strconv.Itoa(id) + event }

// attempt is a handler with a policy.
func (n *native) attempt(ctx context.Context, id int, of *spec, event string) error {
	name, end, err := n.p.try(id, of, event)
	if of.policy.lanes > 0 {
		n.wait(gate(id, name))
		if n.over {
			return nil
		}
		n.p.ended(id, name, ctx.Err() != nil)
	}
	if end == permanent {
		err = bus.Permanent(err)
	}
	return n.finish(end, err)
}

func (n *native) wait(name string) {
	n.mu.Lock()
	gate := n.gates[name]
	if gate == nil {
		gate = make(chan struct{}, 1)
		n.gates[name] = gate
	}
	n.mu.Unlock()
	<-gate
}

func (n *native) release(id int, event string) {
	n.mu.Lock()
	n.gates[gate(id, event)] <- struct{}{}
	n.mu.Unlock()
	n.settle()
}

// leave lets all calls end that still go on.
func (n *native) leave() {
	n.close()
	n.mu.Lock()
	n.over = true
	for _, gate := range n.gates {
		close(gate)
	}
	n.mu.Unlock()
	if n.config.managed {
		synctest.Wait()
	}
}

func (n *native) policyOptions(id int, p *policy) (opts []bus.SubscribeOption) {
	of := func(key func(int) string) func(*bus.Event) string {
		return func(e *bus.Event) string { return key(numberOf(e)) }
	}
	// Timers of two subscriptions are never due at once: which is first would be chance.
	own := time.Duration(id) * 2 * time.Microsecond
	if p.attempts > 0 {
		retry := bus.Backoff{Attempts: p.attempts, Initial: time.Duration(p.initial)*time.Millisecond + own}
		if p.keyed {
			retry.Key = of(orderKey)
		}
		opts = append(opts, bus.Retry(retry))
	}
	if p.max > 0 {
		w := bus.Window{Max: p.max, For: time.Duration(p.remember) * time.Millisecond}
		if p.stands {
			w.Key = of(standsFor)
		}
		opts = append(opts, bus.Dedupe(w))
	}
	if p.group != "" {
		opts = append(opts, bus.Queue(p.group))
	}
	if p.lanes > 0 {
		opts = append(opts, bus.Concurrency(p.lanes))
	}
	if p.limit > 0 {
		opts = append(opts, bus.Overflow(p.limit, []bus.Policy{bus.Error, bus.DropNewest, bus.DropOldest, bus.Latest}[p.overflow]))
	}
	if p.coalesce {
		opts = append(opts, bus.Coalesce(of(mergeKey)))
	}
	if p.timeout > 0 {
		opts = append(opts, bus.Timeout(time.Duration(p.timeout)*time.Millisecond+own))
	}
	return opts
}

func numberOf(e *bus.Event) int {
	if n, ok := e.Data.(int); ok {
		return n
	}
	return int(e.Data.(text))
}

// sorted is the dead letters in an order that does not depend on which was buried first.
func (n *native) sorted() ([]bus.DeadLetter, []letterInfo) {
	letters, err := n.bus.DeadLetters("")
	if err != nil {
		n.p.note("DeadLetters: %v", err)
	}
	infos := make([]letterInfo, len(letters))
	start := (&bustest.Clock{}).Now()
	for i, l := range letters {
		infos[i] = letterInfo{sub: n.idOf(l.Subscription), text: letterText(
			n.event(l.Event), l.Topic, l.Subscription, l.Attempts, l.Redrives, l.First.Sub(start), l.Last.Sub(start), l.Err)}
	}
	sort.Sort(byText{letters, infos})
	return letters, infos
}

func letterText(event, topic, sub string, attempts, redrives int, first, last time.Duration, err error) string {
	return fmt.Sprintf("%s on %s, %s, %d attempts, %d redrives, %v to %v, %s", event, topic, sub, attempts, redrives, first, last, describe(err))
}

type byText struct {
	letters []bus.DeadLetter
	infos   []letterInfo
}

func (b byText) Len() int           { return len(b.infos) }
func (b byText) Less(i, j int) bool { return b.infos[i].text < b.infos[j].text }
func (b byText) Swap(i, j int) {
	b.letters[i], b.letters[j] = b.letters[j], b.letters[i]
	b.infos[i], b.infos[j] = b.infos[j], b.infos[i]
}

func (n *native) idOf(name string) int {
	id, _ := strconv.Atoi(name[1:])
	return id
}

func (n *native) letters() []letterInfo {
	_, infos := n.sorted()
	return infos
}

func (n *native) redrive(i int, to string) error {
	letters, _ := n.sorted()
	var opts []bus.RedriveOption
	if to != "" {
		opts = append(opts, bus.RedriveTo(to))
	}
	count, err := n.bus.Redrive(letters[i].ID, opts...)
	if err == nil && count != 1 {
		err = errors.New(strconv.Itoa(count) + " letters")
	}
	return err
}

func (n *native) discard(i int) {
	letters, _ := n.sorted()
	if count, err := n.bus.Discard(letters[i].ID); count != 1 || err != nil {
		n.p.note("discarded %d: %v", count, err)
	}
}

// lateState adds what policies have done.
func (n *native) lateState(s *state) {
	st := n.bus.Stats()
	s.Retried, s.Dead, s.Evicted, s.Redriven = st.Retried, st.Dead, st.Evicted, st.Redriven
	s.Deduped, s.Coalesced = st.Deduped, st.Coalesced
	for _, l := range n.letters() {
		s.Letters = append(s.Letters, l.text)
	}
	slices.Sort(s.Letters)
}
