//go:build js && wasm

package jsbridge

import (
	"context"
	"errors"
	"strconv"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// policyPair is a pair with policies on both sides, in a time that the test moves. Handlers log their name and the
// number that they get; each fails as often as its entry in fails says.
type policyPair struct {
	*pair
	*pageTime
	log   []string
	fails map[string]int
}

func newPolicyPair(t testing.TB, o bus.Options) *policyPair {
	p := &policyPair{pageTime: newPageTime(), fails: map[string]int{}}
	p.pair = p.pairOf(t, o)
	return p
}

var errNo = errors.New("no")

func (p *policyPair) handle(name string, n float64) error {
	p.log = append(p.log, name+strconv.Itoa(int(n)))
	if p.fails[name] > 0 {
		p.fails[name]--
		return errNo
	}
	return nil
}

func (p *policyPair) inGoAs(name, pattern string, o ...bus.SubscribeOption) *bus.Subscription {
	p.t.Helper()
	return p.onGo(pattern, func(_ context.Context, e *bus.Event) error {
		n, err := bus.As[float64](e)
		if err != nil {
			return err
		}
		return p.handle(name, n)
	}, o...)
}

// inPageAs subscribes a handler in JavaScript, with options as an expression.
func (p *policyPair) inPageAs(name, pattern, options string) (off func()) {
	p.t.Helper()
	return p.subscribe(pattern, evaluate(options), func(data, _ js.Value) any {
		if err := p.handle(name, data.Float()); err != nil {
			return toScript(err)
		}
		return nil
	})
}

func (p *policyPair) subscribe(pattern string, options js.Value, h func(data, event js.Value) any) (off func()) {
	p.t.Helper()
	handler := script.Call("handling", p.function(func(args []js.Value) any { return h(args[0], args[1]) }))
	unsubscribe, err := attempt(func() js.Value { return p.inPage.Call("subscribe", pattern, handler, options) })
	require.NoError(p.t, err)
	return func() { unsubscribe.Invoke() }
}

func (p *policyPair) publish(from, topic string, numbers ...float64) {
	p.t.Helper()
	for _, n := range numbers {
		if from == "page" {
			require.NoError(p.t, p.fromPage(topic, n))
		} else {
			require.NoError(p.t, p.inGo.Publish(context.Background(), topic, n))
		}
	}
}

func (p *policyPair) logged(want ...string) {
	p.t.Helper()
	p.Advance(0)
	assert.Equal(p.t, want, p.log)
	p.log = nil
}

// loggedAny is logged where the order is not promised.
func (p *policyPair) loggedAny(want ...string) {
	p.t.Helper()
	p.Advance(0)
	assert.ElementsMatch(p.t, want, p.log)
	p.log = nil
}

// statsAgree checks that both sides count the same.
func (p *policyPair) statsAgree() bus.Stats {
	p.t.Helper()
	inGo, inPage := p.inGo.Stats(), p.inPage.Call("stats")
	for name, want := range map[string]uint64{
		"retried": inGo.Retried, "dead": inGo.Dead, "redriven": inGo.Redriven, "dropped": inGo.Dropped, "deduped": inGo.Deduped,
		"coalesced": inGo.Coalesced, "evicted": inGo.Evicted,
	} {
		assert.EqualValues(p.t, want, inPage.Get(name).Int(), name)
	}
	assert.Equal(p.t, inGo.Subscriptions, inPage.Get("subscriptions").Int())
	return inGo
}

// sides are who publishes.
var sides = []string{"page", "Go"}

// exact is a policy without jitter.
var exact = bus.Backoff{NoJitter: true}

const exactly = "{ backoff: { jitter: false } }"

func TestD9GroupOfBothSides(t *testing.T) {
	for _, from := range sides {
		t.Run("published by "+from, func(t *testing.T) {
			p := newPolicyPair(t, bus.Options{})
			p.inGoAs("go ", "x", bus.Queue("g"), bus.Retry(exact))
			p.inPageAs("page ", "x", "{ queue: 'g', retry: "+exactly+" }")
			p.publish(from, "x", 1, 2, 3, 4)
			p.logged("go 1", "page 2", "go 3", "page 4")
			p.fails = map[string]int{"go ": 1, "page ": 1}
			p.publish(from, "x", 5)
			p.Advance(99 * time.Millisecond)
			p.logged("go 5")
			p.Advance(time.Millisecond)
			p.logged("page 5")
			p.Advance(200 * time.Millisecond)
			p.logged("go 5")
			p.fails = map[string]int{"go ": 1}
			p.publish(from, "x", 6, 7)
			p.Advance(time.Minute)
			p.logged("page 6", "go 7", "page 7")
			st := p.statsAgree()
			assert.EqualValues(t, 3, st.Retried)
			assert.Zero(t, st.Dead)
			assert.Empty(t, p.takeFailures())
		})
	}
}

func TestD9MembersInGoGetTheEventThatGoPublished(t *testing.T) {
	type order struct{ id int }
	for _, others := range []string{"Go's alone", "of both sides"} {
		t.Run(others, func(t *testing.T) {
			// Without a codec JavaScript cannot have the data.
			o := bus.Options{}
			if others == "of both sides" {
				o = withCodec
			}
			p := newPolicyPair(t, o)
			var got []*order
			keys := 0
			p.onGo("x", func(_ context.Context, e *bus.Event) error {
				data, err := bus.As[*order](e)
				got = append(got, data)
				if len(got) == 1 {
					return errNo
				}
				return err
			}, bus.Queue("g"), bus.Retry(bus.Backoff{Attempts: 2, Key: func(e *bus.Event) string {
				if _, ok := e.Data.(*order); ok {
					keys++
				}
				return "k"
			}}))
			if others == "of both sides" {
				defer p.inPageAs("page ", "x", "{ queue: 'g', filter: () => false }")()
			}
			data := &order{7}
			require.NoError(t, p.inGo.Publish(context.Background(), "x", data))
			p.Advance(time.Minute)
			require.Len(t, got, 2)
			assert.Same(t, data, got[0])
			assert.Same(t, data, got[1])
			assert.NotZero(t, keys)
			assert.Empty(t, p.takeFailures())
		})
	}
}

func TestD9MembersOfThePageAreAsked(t *testing.T) {
	for _, from := range sides {
		t.Run("published by "+from, func(t *testing.T) {
			p := newPolicyPair(t, bus.Options{})
			// Routes know the group only: each member's filter and keys are asked for by Go.
			p.inPageAs("odd ", "x", "{ queue: 'g', filter: (n) => n % 2 === 1, retry: "+exactly+" }")
			p.inPageAs("ten ", "x", "{ queue: 'g', dedupe: { key: (n) => String(Math.floor(n / 10)) }, retry: "+exactly+" }")
			p.publish(from, "x", 2, 4, 11, 13, 12, 22)
			p.logged("ten 2", "odd 11", "ten 13", "ten 22")
			p.fails["ten "] = 1
			p.publish(from, "x", 30)
			p.Advance(time.Minute)
			p.logged("ten 30", "ten 30")
			p.fails["odd "] = 1
			p.publish(from, "x", 41)
			p.Advance(time.Minute)
			p.logged("odd 41", "ten 41")
			assert.Empty(t, p.takeFailures())
		})
	}
}

func TestD9WorkGoesFromOneSideToTheOther(t *testing.T) {
	for _, from := range sides {
		t.Run("published by "+from+", from Go to the page", func(t *testing.T) {
			p := newPolicyPair(t, bus.Options{})
			p.fails["go "] = 2
			first := p.inGoAs("go ", "x", bus.Queue("g"), bus.Retry(exact))
			p.publish(from, "x", 1, 2)
			p.logged("go 1", "go 2")
			p.inPageAs("page ", "x", "{ queue: 'g', retry: "+exactly+" }")
			first.Unsubscribe()
			p.Advance(time.Minute)
			p.logged("page 1", "page 2")
			assert.Zero(t, p.statsAgree().Dead)
			assert.Empty(t, p.takeFailures())
		})
		t.Run("published by "+from+", from the page to Go", func(t *testing.T) {
			p := newPolicyPair(t, bus.Options{})
			p.fails["page "] = 2
			off := p.inPageAs("page ", "x", "{ queue: 'g', retry: "+exactly+" }")
			p.publish(from, "x", 1, 2)
			p.logged("page 1", "page 2")
			p.inGoAs("go ", "x", bus.Queue("g"), bus.Retry(exact))
			off()
			p.Advance(time.Minute)
			p.logged("go 1", "go 2")
			assert.Zero(t, p.statsAgree().Dead)
			assert.Empty(t, p.takeFailures())
		})
	}
}

func TestD9WorkThatThePageCannotHave(t *testing.T) {
	p := newPolicyPair(t, bus.Options{}) // without a codec
	first := p.onGo("x", func(context.Context, *bus.Event) error { return errNo }, bus.Queue("g"), bus.Retry(exact))
	require.NoError(t, p.inGo.Publish(context.Background(), "x", struct{ n int }{1}))
	p.inPageAs("page ", "x", "{ queue: 'g', retry: { attempts: 2, backoff: { jitter: false } } }")
	first.Unsubscribe()
	p.Advance(time.Minute)
	p.logged()
	all, err := p.inGo.DeadLetters("")
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, "TB_PAYLOAD", bus.Code(all[0].Err))
	assert.Equal(t, 2, all[0].Attempts)
	assert.Equal(t, struct{ n int }{1}, all[0].Event.Data)
}

func TestPoliciesOfThePageOnValuesOfGo(t *testing.T) {
	p := newPolicyPair(t, withCodec)
	var got []string
	fails := 1
	p.subscribe("x", evaluate("({ retry: "+exactly+", dedupe: { key: ({ name }) => name }, concurrency: 1 })"), func(data, event js.Value) any {
		got = append(got, data.Get("name").String()+" "+event.Get("subject").String())
		if fails > 0 {
			fails--
			return toScript(errNo)
		}
		return nil
	})
	type order struct {
		Name string `json:"name"`
	}
	for _, name := range []string{"a", "a", "b"} {
		require.NoError(t, p.inGo.Publish(context.Background(), "x", order{name}, bus.WithSubject("s")))
	}
	p.Advance(time.Minute)
	assert.Equal(t, []string{"a s", "b s", "a s"}, got)
	st := p.statsAgree()
	assert.Equal(t, []uint64{1, 1}, []uint64{st.Retried, st.Deduped})
	assert.Empty(t, p.takeFailures())
}

func TestPoliciesOfGoInThePage(t *testing.T) {
	for _, from := range sides {
		t.Run("published by "+from, func(t *testing.T) {
			p := newPolicyPair(t, bus.Options{})
			var causes []string
			calls := 0
			p.onGo("x", func(ctx context.Context, e *bus.Event) error {
				n, err := bus.As[float64](e)
				if err != nil {
					return err
				}
				if calls++; calls <= 2 {
					<-ctx.Done() // it takes too long
					causes = append(causes, bus.Code(context.Cause(ctx)))
					return context.Cause(ctx)
				}
				return p.handle("go ", n)
			}, bus.Retry(exact), bus.Timeout(time.Second), bus.Concurrency(2))
			p.publish(from, "x", 1, 2, 3)
			p.Advance(time.Minute)
			assert.Equal(t, []string{"TB_TIMEOUT", "TB_TIMEOUT"}, causes)
			assert.ElementsMatch(t, []string{"go 1", "go 2", "go 3"}, p.log)
			assert.EqualValues(t, 2, p.statsAgree().Retried)
			assert.Empty(t, p.takeFailures())
		})
	}
}

func TestPerFrame(t *testing.T) {
	for _, from := range sides {
		t.Run("published by "+from, func(t *testing.T) {
			p := newPolicyPair(t, bus.Options{})
			// Frames that the test paints.
			paint := evaluate(`(clock) => {
				let asked = [];
				clock.frame = (run) => { asked.push(run); return () => { asked = asked.filter((other) => other !== run); }; };
				return () => { const due = asked; asked = []; for (const run of due) run(); return due.length; };
			}`).Invoke(p.clock)
			p.inGoAs("go ", "x", bus.PerFrame())
			p.inPageAs("page ", "x", "{ frame: true }")
			sub := p.inGoAs("gone ", "x", bus.PerFrame())
			p.publish(from, "x", 1, 2, 3)
			p.Advance(time.Second)
			p.logged()
			sub.Unsubscribe()
			assert.Equal(t, 1, paint.Invoke().Int(), "one request for all")
			p.loggedAny("go 3", "page 3")
			assert.Zero(t, paint.Invoke().Int())
			p.publish(from, "x", 4)
			paint.Invoke()
			p.loggedAny("go 4", "page 4")
			p.statsAgree()
		})
	}
}

func TestPerFrameByTheClock(t *testing.T) {
	p := newPolicyPair(t, bus.Options{})
	p.inGoAs("go ", "x", bus.PerFrame())
	p.inPageAs("page ", "x", "{ frame: true }")
	p.publish("page", "x", 1, 2)
	p.Advance(16 * time.Millisecond)
	p.logged()
	p.Advance(time.Millisecond)
	p.loggedAny("go 2", "page 2")
}
