package bus_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// letterList is made of what LettersTopic tells.
type letterList struct {
	mu      sync.Mutex
	ids     []string
	changes []bus.LetterChange
}

func (l *letterList) note(_ context.Context, e *bus.Event) error {
	c, err := bus.As[*bus.LetterChange](e)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes = append(l.changes, *c)
	if c.Change == bus.LetterAdded {
		l.ids = append(l.ids, c.ID)
		return nil
	}
	for i, id := range l.ids {
		if id == c.ID {
			l.ids = append(l.ids[:i:i], l.ids[i+1:]...)
			break
		}
	}
	return nil
}

func (l *letterList) told() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string{}, l.ids...)
}

func (l *lab) follow() *letterList {
	list := &letterList{}
	_, err := l.Subscribe(bus.LettersTopic, list.note)
	require.NoError(l.T, err)
	return list
}

func (l *lab) letterIDs() []string {
	ids := []string{}
	for _, letter := range l.letters() {
		ids = append(ids, letter.ID)
	}
	return ids
}

func TestD7EachChangeOfTheDeadLettersIsTold(t *testing.T) {
	inLab(t, bus.Options{DeadLetters: 2}, func(l *lab) {
		list := l.follow()
		l.on("a", "x", always(errNo), bus.Retry(exact(1)), bus.Name("billing"))
		for n := 1; n <= 3; n++ {
			l.publish("x", n)
		}
		ids := l.letterIDs()
		_, err := l.Redrive(ids[0])
		require.NoError(t, err)
		assert.Equal(t, ids[1:], l.letterIDs(), "it is none any more")
		_, err = l.Discard(ids[1])
		require.NoError(t, err)
		l.advance(time.Second)
		var got []string
		for _, c := range list.changes {
			assert.Equal(t, []string{"x", "billing"}, []string{c.Topic, c.Subscription})
			got = append(got, c.Change)
		}
		assert.Equal(t, []string{"added", "added", "added", "evicted", "redriven", "discarded", "added"}, got)
		assert.Equal(t, ids[0], list.changes[4].ID)
		assert.Equal(t, ids[1], list.changes[5].ID)
		assert.Equal(t, l.letterIDs(), list.told())
	})
}

// A change comes behind the event that failed, as the letter itself does.
func TestD7ChangesOfTheDeadLettersAreToldInTurn(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		_, err := l.Subscribe(bus.LettersTopic, func(_ context.Context, e *bus.Event) error {
			l.say("change " + e.Data.(*bus.LetterChange).Change + " of " + e.CausationID())
			return nil
		})
		require.NoError(t, err)
		l.on("a", "x", always(errNo), bus.Retry(exact(1)))
		l.on("b", "x", nil)
		l.publish("x", 1, bus.WithID("one"))
		l.said("0 a1", "0 b1", "0 change added of one")
	})
}

// Random programs, also of handlers, on one goroutine and on many.
func TestD7AListOfTheChangesIsThatOfTheDeadLetters(t *testing.T) {
	for seed := range uint64(max(some(60), 20)) {
		for _, goroutines := range []int{1, 4} {
			inLab(t, bus.Options{DeadLetters: 5}, func(l *lab) {
				list := l.follow()
				var mu sync.Mutex
				random := rand.New(rand.NewPCG(seed, uint64(goroutines)))
				chance := func(n int) int {
					mu.Lock()
					defer mu.Unlock()
					return random.IntN(n)
				}
				act := func() {
					ids := append(l.letterIDs(), "", "x.*", "x.a", ">")
					some := ids[chance(len(ids))]
					switch chance(8) {
					case 0:
						_, _ = l.Redrive(some)
					case 1:
						_, _ = l.Redrive(some, bus.RedriveRate(50))
					case 2:
						_, _ = l.Redrive(some, bus.RedriveTo("x.b"))
					case 3:
						_, _ = l.Discard(some)
					default:
						l.publish([]string{"x.a", "x.b", "y"}[chance(3)], chance(100))
					}
				}
				nested := 100
				subscribe := func() func() {
					name := []bus.SubscribeOption{bus.Retry(exact(1 + chance(2)))}
					if n := chance(4); n > 0 {
						name = append(name, bus.Name([]string{"p", "q", "r"}[n-1]))
					}
					if chance(3) == 0 {
						name = append(name, bus.Concurrency(1+chance(2)))
					}
					s, err := l.Subscribe([]string{"x.*", "x.a", ">"}[chance(3)], func(context.Context, *bus.Event) error {
						mu.Lock()
						nested--
						within := nested > 0 && random.IntN(4) == 0
						mu.Unlock()
						if within {
							act()
						}
						if chance(4) > 0 {
							return errors.New("broken")
						}
						return nil
					}, name...)
					require.NoError(t, err)
					return s.Unsubscribe
				}
				for range 15 {
					var all sync.WaitGroup
					for range goroutines {
						all.Go(func() {
							end := subscribe()
							for range 4 {
								act()
							}
							if chance(2) == 0 {
								end()
							}
						})
					}
					all.Wait()
					if goroutines == 1 {
						l.advance(0)
						require.Equal(t, l.letterIDs(), list.told(), "seed %d", seed)
					}
					l.advance(time.Duration(chance(200)) * time.Millisecond)
					require.Equal(t, l.letterIDs(), list.told(), "seed %d, %d goroutines", seed, goroutines)
				}
			})
		}
	}
}

func TestD7AHandlerOfTheChangesThatFailsMakesNoMore(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		for _, pattern := range []string{bus.LettersTopic, "$bus.>"} {
			fails := func(context.Context, *bus.Event) error { return errNo }
			_, err := l.Subscribe(pattern, fails)
			require.NoError(t, err)
			_, err = l.Subscribe(pattern, fails, bus.Retry(exact(2)))
			require.NoError(t, err)
		}
		l.on("a", "x", always(errNo), bus.Retry(exact(1)))
		l.publish("x", 1)
		l.advance(time.Hour)
		assert.Less(t, len(l.failures.all), 100)
		letters, err := l.DeadLetters(bus.LettersTopic)
		require.NoError(t, err)
		assert.Empty(t, letters)
	})
}

// A handler that ends its goroutine takes no changes along.
func TestD7ChangesGoOnThoughAHandlerExits(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		_, err := l.Subscribe(bus.LettersTopic, exit)
		require.NoError(t, err)
		list := l.follow()
		l.on("a", "x", always(errNo), bus.Retry(exact(1)), bus.Concurrency(1))
		for n := range 5 {
			l.publish("x", n)
		}
		l.advance(time.Second)
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = l.Discard("x")
		}()
		<-done
		assert.Len(t, list.changes, 10)
		assert.Empty(t, list.told())
	})
}
