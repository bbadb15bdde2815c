package bus_test

import (
	"context"
	"errors"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// caller is a host whose subscribers have policies, as those of JavaScript have. It has one goroutine.
type caller struct {
	held int // events that the bus keeps for subscribers of the host
	*testing.T
	page
	clock   *bustest.Clock
	subs    map[uint32]*bus.Subscription
	settle  map[uint32]func(n, attempt int) (done bool, err error) // by the subscriber's id
	open    []uint32                                               // calls that were not settled at once
	log     []string
	depth   int
	deepest int
	seen    []bool // what Settle said of failures
}

func newCaller(t *testing.T, o bus.Options) *caller {
	t.Helper()
	c := &caller{T: t, subs: map[uint32]*bus.Subscription{}}
	c.clock = &bustest.Clock{}
	c.Clock = c.clock
	c.settle = map[uint32]func(int, int) (bool, error){}
	o.Clock = c.clock
	c.bus = bus.New(o)
	c.subscribers = map[uint32]func(*bus.Event) error{}
	var err error
	c.port, err = c.bus.Attach(c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.bus.Close()) })
	return c
}

func (c *caller) add(id uint32, pattern string, f func(n, attempt int) (bool, error), opts ...bus.SubscribeOption) {
	c.Helper()
	s, err := c.port.AddManaged(id, c.NextOrder(), pattern, opts...)
	require.NoError(c.T, err)
	c.subs[id], c.settle[id] = s, f
}

func (c *caller) Call(s *bus.Subscription, e *bus.Event, call uint32, attempt int) {
	c.depth++
	c.deepest = max(c.deepest, c.depth)
	c.call(s, e, call, attempt)
	c.depth--
}

func (c *caller) call(s *bus.Subscription, e *bus.Event, call uint32, attempt int) {
	id, _ := c.port.HostID(s)
	c.log = append(c.log, strconv.Itoa(int(id))+":"+strconv.Itoa(e.Data.(int))+"/"+strconv.Itoa(attempt))
	done, err := c.settle[id](e.Data.(int), attempt)
	switch {
	case !done:
		c.open = append(c.open, call)
	case call == 0 && err != nil:
		c.seen = append(c.seen, c.port.Fail(s, e, err))
	case call != 0:
		if seen := c.port.Settle(call, err); err != nil {
			c.seen = append(c.seen, seen)
		}
	}
}

func (c *caller) Held(_ *bus.Subscription, _ *bus.Event, held bool) {
	if held {
		c.held++
	} else {
		c.held--
	}
}

func (c *caller) Ended(s *bus.Subscription) {
	id, _ := c.port.HostID(s)
	c.log = append(c.log, strconv.Itoa(int(id))+" ended")
}

func (c *caller) Publish(_ context.Context, e *bus.Event) error {
	c.seq++
	e.Seq = c.seq
	subs, err := c.port.Resolve(e.Topic, nil)
	if err != nil {
		return err
	}
	for _, s := range subs {
		if group, ok := c.port.Group(s); ok {
			if who, call := c.port.OfferGroup(group, math.MaxUint64, e); who != nil {
				c.call(who, e, call, 1)
			}
		} else if _, ok := c.port.HostID(s); !ok {
			require.NoError(c.T, c.port.Deliver(context.Background(), s, e))
		} else if s.Active() {
			c.offer(s, e)
		}
	}
	return nil
}

func (c *caller) offer(s *bus.Subscription, e *bus.Event) {
	if e.Init().ID == "" {
		if call, enough := c.port.OfferNumber(s, e.Seq); enough {
			if call {
				c.call(s, e, 0, 1)
			}
			return
		}
	}
	if who, call := c.port.Offer(s, e); who != nil {
		c.call(who, e, call, 1)
	}
}

func (c *caller) publish(n int, opts ...bus.PublishOption) {
	c.Helper()
	require.NoError(c.T, c.bus.Publish(context.Background(), "x", n, opts...))
}

func (c *caller) logged(want ...string) {
	c.Helper()
	assert.Equal(c.T, want, c.log)
	c.log = nil
}

func fine(int, int) (bool, error)    { return true, nil }
func ill(int, int) (bool, error)     { return true, errNo }
func pending(int, int) (bool, error) { return false, nil }

func TestHostRetries(t *testing.T) {
	c := newCaller(t, bus.Options{})
	c.add(1, "x", func(_, attempt int) (bool, error) {
		if attempt < 3 {
			return true, errNo
		}
		return true, nil
	}, bus.Retry(exact(3)))
	c.add(2, "x", ill, bus.Retry(exact(2)), bus.Dedupe(bus.Window{}), bus.Name("two"))
	c.publish(1)
	c.logged("1:1/1", "2:1/1")
	c.clock.Advance(time.Minute)
	c.logged("1:1/2", "2:1/2", "1:1/3")
	assert.Equal(t, []bool{true, true, true, true}, c.seen)
	all, err := c.bus.DeadLetters("")
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, []any{"two", 2, errNo}, []any{all[0].Subscription, all[0].Attempts, all[0].Err})
	_, err = c.bus.Redrive("")
	require.NoError(t, err)
	c.clock.Advance(time.Minute)
	c.logged("2:1/1", "2:1/2")
	assert.Empty(t, c.reported)
}

func TestHostDedupes(t *testing.T) {
	c := newCaller(t, bus.Options{})
	c.add(1, "x", func(n, _ int) (bool, error) {
		if n < 0 {
			return true, errNo
		}
		return true, nil
	}, bus.Dedupe(bus.Window{}))
	c.publish(1, bus.WithID("one"))
	c.publish(2, bus.WithID("one"))
	c.publish(3)
	c.publish(-4, bus.WithID("four"))
	c.publish(4, bus.WithID("four"))
	c.publish(5, bus.WithID("four"))
	c.logged("1:1/1", "1:3/1", "1:-4/1", "1:4/1")
	assert.EqualValues(t, 2, c.bus.Stats().Deduped)
	assert.Equal(t, []bool{false}, c.seen, "without Retry the host reports it")

	s := c.subs[1]
	call, enough := c.port.OfferNumber(s, 99)
	assert.True(t, call && enough)
	call, enough = c.port.OfferNumber(s, 99)
	assert.True(t, !call && enough)
	c.port.Fail(s, c.bus.NewEvent(bus.EventInit{Topic: "x", Seq: 99, Data: 0}), errNo)
	call, _ = c.port.OfferNumber(s, 99)
	assert.True(t, call, "what failed may come again")
}

func TestHostQueues(t *testing.T) {
	c := newCaller(t, bus.Options{})
	c.add(1, "x", pending, bus.Concurrency(2), bus.Overflow(3, bus.DropOldest))
	for n := 1; n <= 7; n++ {
		c.publish(n)
	}
	c.logged("1:1/1", "1:2/1")
	first := c.open
	c.open = nil
	c.port.Settle(first[1], nil)
	c.logged("1:5/1")
	assert.False(t, c.port.Settle(first[0], errNo), "no policy sees to it")
	assert.True(t, c.port.Settle(first[0], errNo), "settled before")
	c.logged("1:6/1")
	info := c.bus.Subscriptions()[0]
	assert.Equal(t, []any{2, 1, uint64(2)}, []any{info.Running, info.Waiting, info.Dropped})
}

func TestHostCallsDoNotRecurse(t *testing.T) {
	c := newCaller(t, bus.Options{})
	hold := true
	c.add(1, "x", func(n, _ int) (bool, error) { return !hold, nil }, bus.Concurrency(1), bus.Overflow(20_000, bus.Error))
	for n := range 10_000 {
		c.publish(n)
	}
	assert.Len(t, c.log, 1)
	hold = false
	c.port.Settle(c.open[0], nil)
	assert.Len(t, c.log, 10_000)
	assert.LessOrEqual(t, c.deepest, 1)
}

func TestHostUnsubscribeWithOpenCalls(t *testing.T) {
	c := newCaller(t, bus.Options{})
	c.add(1, "x", pending, bus.Concurrency(2), bus.Retry(exact(3)))
	for n := 1; n <= 5; n++ {
		c.publish(n)
	}
	assert.True(t, c.port.Remove(1))
	assert.False(t, c.port.Remove(1))
	c.logged("1:1/1", "1:2/1", "1 ended")
	c.port.Settle(c.open[0], nil)
	assert.True(t, c.port.Settle(c.open[1], errNo))
	c.clock.Advance(time.Minute)
	c.logged()
	all, err := c.bus.DeadLetters("")
	require.NoError(t, err)
	require.Len(t, all, 1, "it failed, and nobody is there to try again")
	assert.Equal(t, 2, all[0].Event.Data)
}

func TestHostUnsubscribeBeforeAReadyCall(t *testing.T) {
	c := newCaller(t, bus.Options{})
	c.add(1, "x", func(n, _ int) (bool, error) {
		if n == 1 {
			c.publish(2) // both of them wait for the end of this call
			c.port.Remove(2)
		}
		return true, nil
	}, bus.Concurrency(2))
	c.add(2, "x", fine, bus.Concurrency(1))
	c.publish(1)
	c.logged("1:1/1", "2 ended", "1:2/1")
}

func TestHostOnce(t *testing.T) {
	c := newCaller(t, bus.Options{})
	c.add(1, "x", func(_, attempt int) (bool, error) {
		if attempt == 1 {
			return true, errNo
		}
		return true, nil
	}, bus.Once(), bus.Retry(exact(2)))
	c.publish(1)
	c.port.Remove(1)
	c.publish(2)
	c.logged("1:1/1")
	c.clock.Advance(time.Minute)
	c.logged("1:1/2", "1 ended")
}

func TestHostPacing(t *testing.T) {
	c := newCaller(t, bus.Options{})
	c.add(1, "x", fine, bus.Throttle(time.Second))
	c.add(2, "x", fine, bus.Debounce(time.Second))
	for n := 1; n <= 3; n++ {
		c.publish(n)
	}
	c.logged("1:1/1")
	c.clock.Advance(time.Second)
	c.logged("1:3/1", "2:3/1")
	c.clock.Advance(time.Minute)
	c.logged()
}

func TestHostGroups(t *testing.T) {
	c := newCaller(t, bus.Options{})
	c.add(1, "x", pending, bus.Queue("g"), bus.Retry(exact(3)))
	c.add(2, "*", fine, bus.Queue("g"), bus.Retry(exact(3)))
	inGo := 0
	_, err := c.bus.Subscribe("x", func(context.Context, *bus.Event) error { inGo++; return nil }, bus.Queue("g"))
	require.NoError(t, err)
	for n := 1; n <= 5; n++ {
		c.publish(n)
	}
	c.logged("1:1/1", "2:2/1", "2:4/1")
	assert.Equal(t, 2, inGo, "a member in Go has its turn")
	assert.True(t, c.port.Settle(c.open[0], errors.New("lost")))
	c.clock.Advance(time.Minute)
	c.logged("2:1/2")
	assert.Equal(t, 2, inGo)

	who, _ := c.port.OfferGroup(12345, 99, c.bus.NewEvent(bus.EventInit{Topic: "x", Seq: 100}))
	assert.Nil(t, who, "no such group")
	subs, err := c.port.Resolve("x", nil)
	require.NoError(t, err)
	require.Len(t, subs, 1)
	id, ok := c.port.Group(subs[0])
	require.True(t, ok)
	who, _ = c.port.OfferGroup(id, 0, c.bus.NewEvent(bus.EventInit{Topic: "x", Seq: 100}))
	assert.Nil(t, who, "all of them came later (D2)")
	_, ok = c.port.Group(c.subs[1])
	assert.False(t, ok)
}

func TestHostMistakes(t *testing.T) {
	c := newCaller(t, bus.Options{})
	for name, want := range map[string]string{"a..b": "TB_TOPIC", "x": "TB_OPTION"} {
		_, err := c.port.AddManaged(1, 1, name, bus.Queue(""))
		assert.Equal(t, want, bus.Code(err))
	}
	c.add(1, "x", fine, bus.Queue("g"))
	_, err := c.port.AddManaged(1, 1, "x", bus.Queue("h"))
	assert.Equal(t, "TB_HOST", bus.Code(err))
	assert.True(t, c.port.Settle(77, errNo))
}
