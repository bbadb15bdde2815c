package bustest

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/trolleybus/trolleybus/bus"
)

// Shuffle makes handlers that run at the same time end in an order that a seed decides, one at a time, so that a
// test can try many orders and repeat the one that failed. The scheduler has no say in it: what waits is sorted
// before the seed chooses. It is safe for concurrent use.
type Shuffle struct {
	mu      sync.Mutex
	random  *rand.Rand
	waiting []*held
}

type held struct {
	name string
	seq  uint64
	let  chan struct{}
}

// NewShuffle makes a Shuffle; the same seed and the same waiting handlers give the same order.
func NewShuffle(seed uint64) *Shuffle {
	return &Shuffle{random: rand.New(rand.NewPCG(seed, 0))}
}

// Handler calls h, and then holds its completion back until Release chooses it, or its context ends, whose error
// it then returns. name tells the handlers of a Shuffle apart. It is for subscriptions with bus.Concurrency: on
// the publisher's goroutine there is nobody left to release it.
func (s *Shuffle) Handler(name string, h bus.Handler) bus.Handler {
	return func(ctx context.Context, e *bus.Event) error {
		err := h(ctx, e)
		if ended := s.Hold(ctx, name, e.Seq); ended != nil && err == nil {
			return ended
		}
		return err
	}
}

// Hold waits until Release chooses it. Handler does this for a handler; other asynchronous work may call it itself,
// with a name and a number that no other has that waits at the same time. The error is that of ctx, if it ends
// before.
func (s *Shuffle) Hold(ctx context.Context, name string, seq uint64) error {
	h := &held{name, seq, make(chan struct{})}
	s.mu.Lock()
	s.waiting = append(s.waiting, h)
	s.mu.Unlock()
	select {
	case <-h.let:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.waiting, h)
	if i < 0 { // chosen at the same moment
		return nil
	}
	s.waiting = slices.Delete(s.waiting, i, i+1)
	return ctx.Err()
}

// Waiting is how many are held back.
func (s *Shuffle) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting)
}

// Release lets one of those that are held back go on, and reports whether there was one.
func (s *Shuffle) Release() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == 0 {
		return false
	}
	slices.SortStableFunc(s.waiting, func(a, b *held) int {
		return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.name, b.name))
	})
	i := s.random.IntN(len(s.waiting))
	close(s.waiting[i].let)
	s.waiting = slices.Delete(s.waiting, i, i+1)
	return true
}

// Drain releases one after the other until none is held back, and calls settle before each: it must return when
// all that is under way waits for something. In a bubble of testing/synctest that is synctest.Wait.
func (s *Shuffle) Drain(settle func()) {
	for settle(); s.Release(); settle() {
	}
}
