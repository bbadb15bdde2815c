package bus

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// item is what waits in the queues of these tests.
type item struct {
	n          int
	since      int // of which the lowest waited longest
	key, merge string
	lined      bool // in the model: behind its key
}

// modelQueue is a bounded queue as one would write it down: a list of all that waits.
type modelQueue struct {
	limit   int
	policy  Policy
	all     []item
	running map[string]bool
	dropped []int
	merged  []int
}

// put returns false where the item was refused.
func (m *modelQueue) put(it item) bool {
	for i := len(m.all) - 1; i >= 0 && it.merge != ""; i-- {
		if old := m.all[i]; old.merge == it.merge && !old.lined {
			m.merged = append(m.merged, old.n)
			it.since = old.since
			m.all[i] = it
			return true
		}
	}
	for len(m.all) >= m.limit {
		switch m.policy {
		case DropOldest:
			m.dropped = append(m.dropped, m.all[m.oldest()].n)
			m.all = slices.Delete(m.all, m.oldest(), m.oldest()+1)
		case Latest:
			for len(m.all) > 0 {
				i := m.oldest()
				m.dropped = append(m.dropped, m.all[i].n)
				m.all = slices.Delete(m.all, i, i+1)
			}
		default:
			m.dropped = append(m.dropped, it.n)
			return false
		}
	}
	m.all = append(m.all, it)
	return true
}

// oldest is what has been lined up the longest, or the first.
func (m *modelQueue) oldest() int {
	best := -1
	for i, it := range m.all {
		if it.lined && (best < 0 || it.since < m.all[best].since) {
			best = i
		}
	}
	return max(best, 0)
}

func (m *modelQueue) take() (n int, ok bool) {
	for i := range m.all {
		it := &m.all[i]
		switch {
		case it.lined:
		case it.key != "" && m.running[it.key]:
			it.lined = true
		default:
			if it.key != "" {
				m.running[it.key] = true
			}
			n = it.n
			m.all = slices.Delete(m.all, i, i+1)
			return n, true
		}
	}
	return 0, false
}

// vacate gives the key to the next one behind it.
func (m *modelQueue) vacate(key string) (n int, ok bool) {
	for i, it := range m.all {
		if it.lined && it.key == key {
			m.all = slices.Delete(m.all, i, i+1)
			return it.n, true
		}
	}
	delete(m.running, key)
	return 0, false
}

// realQueue is the queue under test, used as a consumer does.
type realQueue struct {
	boundedQueue
	mu      sync.Mutex
	dropped []int
	merged  []int
}

// taskOf is an item as a task: its number is that of the event.
func taskOf(it item) task {
	return task{event: &Event{Seq: uint64(it.n)}, since: time.Unix(int64(it.since), 0), notes: &taskNotes{key: it.key, keyed: it.key != "", merge: it.merge}}
}

func number(t *task) int { return int(t.event.Seq) }

func (r *realQueue) put(it item) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := taskOf(it)
	if it.merge != "" {
		if slot := r.find(it.merge); slot != nil {
			r.merged = append(r.merged, number(slot))
			t.since = slot.since
			*slot = t
			return true
		}
	}
	for r.full() {
		gone, ok := r.makeRoom(context.Background(), &r.mu, nil)
		for _, old := range gone {
			r.dropped = append(r.dropped, number(&old))
		}
		if !ok {
			r.dropped = append(r.dropped, it.n)
			return false
		}
	}
	r.push(t)
	if it.merge != "" {
		r.mark(it.merge)
	}
	return true
}

func (r *realQueue) take() (n int, ok bool) {
	for r.ring.length > 0 {
		t := r.pop()
		switch key := t.notes.key; {
		case key == "":
		case r.busy(key):
			r.lineUp(key, t)
			continue
		default:
			r.occupy(key)
		}
		r.left()
		return number(&t), true
	}
	return 0, false
}

// A bounded queue does what a list of all that waits would do: with each policy, whatever comes, is taken, is merged and
// waits behind its key.
func TestBoundedQueueAgainstAModel(t *testing.T) {
	policies := []Policy{DropOldest, DropNewest, Latest, Error}
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 0))
		limit, policy := 1+random.IntN(40)*random.IntN(4), policies[random.IntN(len(policies))]
		t.Run("D10/"+policy.String()+"/"+strconv.FormatUint(seed, 10), func(t *testing.T) {
			real := &realQueue{boundedQueue: newBoundedQueue(limit, policy)}
			model := &modelQueue{limit: limit, policy: policy, running: map[string]bool{}}
			keys := []string{"", "", "k", "l", "m"}
			for n := 1; n < 300; n++ {
				switch what := random.IntN(10); {
				case what < 6:
					it := item{n: n, since: n, key: keys[random.IntN(len(keys))], merge: keys[random.IntN(len(keys))]}
					if want, got := model.put(it), real.put(it); want != got {
						t.Fatalf("step %d: put says %t, not %t", n, got, want)
					}
				case what < 8:
					wantN, wantOK := model.take()
					gotN, gotOK := real.take()
					if wantN != gotN || wantOK != gotOK {
						t.Fatalf("step %d: take gives %d, %t, not %d, %t", n, gotN, gotOK, wantN, wantOK)
					}
				default:
					key := keys[2+random.IntN(3)]
					if !model.running[key] {
						require.False(t, real.busy(key))
						continue
					}
					wantN, wantOK := model.vacate(key)
					got, gotOK := real.vacate(key)
					require.Equal(t, wantOK, gotOK)
					if gotOK {
						require.Equal(t, wantN, number(&got))
					}
				}
				// Assertions of testify would be most of the time.
				if real.length() != len(model.all) || real.length() > limit || !slices.Equal(real.dropped, model.dropped) || !slices.Equal(real.merged, model.merged) {
					t.Fatalf("step %d: %d of %d wait, dropped %v, merged %v; in the model %d, %v, %v", n, real.length(), limit, real.dropped, real.merged, len(model.all), model.dropped, model.merged)
				}
			}
			rest := real.clear()
			assert.Len(t, rest, len(model.all))
			assert.Zero(t, real.length())
		})
	}
}

// What is taken out in the middle leaves the rest in its order, and a queue that was let exceed its limit comes back to it.
func TestBoundedQueueThatWasLetGrow(t *testing.T) {
	q := newBoundedQueue(3, DropOldest)
	for n := range 100 {
		q.push(taskOf(item{n: n}))
	}
	assert.Len(t, q.keep(func(t *task) bool { return number(t)%2 == 0 }), 50)
	assert.Equal(t, 50, q.length())
	gone, ok := q.makeRoom(t.Context(), nil, nil)
	assert.True(t, ok)
	assert.Len(t, gone, 48)
	rest := q.clear()
	require.Len(t, rest, 2)
	assert.Equal(t, []int{96, 98}, []int{number(&rest[0]), number(&rest[1])})
}

// Block waits for room without the lock, and not longer than its context lasts.
func TestBoundedQueueBlocks(t *testing.T) {
	var mu sync.Mutex
	q := newBoundedQueue(1, Block)
	q.push(taskOf(item{n: 1}))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	mu.Lock()
	_, ok := q.makeRoom(ended, &mu, nil)
	assert.False(t, ok)
	go func() {
		mu.Lock()
		defer mu.Unlock()
		q.oldest()
	}()
	gone, ok := q.makeRoom(t.Context(), &mu, nil)
	assert.True(t, ok)
	assert.Empty(t, gone)
	assert.False(t, q.full())
	mu.Unlock()
}
