package bus

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// Who keeps a route checks its stale mark and nothing else: it must be set exactly if the cache has the route no more.
func TestARouteIsStaleExactlyIfTheCacheLetGoOfIt(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		var c routeCache
		c.init(64 << r.IntN(2))
		var made []*route
		topic := func() string { return "t" + strconv.Itoa(r.IntN(300)) + "." + strconv.Itoa(r.IntN(2)) }
		for step := range 2000 {
			switch name := topic(); r.IntN(40) {
			case 0:
				c.changed(name)
			case 1:
				c.changed("*." + strconv.Itoa(r.IntN(2)))
			case 2:
				if step%10 == 0 {
					c.clear()
				}
			case 3, 4, 5, 6, 7, 8, 9, 10:
				c.get(subject.Hash(name), name)
			default: // also of a topic that is there, as when two publishers resolve it at once
				route := &route{hash: subject.Hash(name), topic: name}
				made = append(made, route)
				c.put(route)
			}
			if step%20 > 0 {
				continue
			}
			kept := map[*route]bool{}
			c.each(func(r *route) { kept[r] = true })
			require.Equal(t, len(kept), c.size(), "seed %d", seed)
			for _, route := range made {
				if kept[route] == route.stale.Load() {
					t.Fatalf("seed %d, step %d, %s: in the cache %v, stale %v", seed, step, route.topic, kept[route], kept[route])
				}
			}
		}
	}
}

// A typed topic keeps its route, which the cache may have dropped for other topics' meanwhile: a later change reaches it
// all the same.
func TestTypedTopicSeesAChangeAfterItsRouteWasEvicted(t *testing.T) {
	b := New(Options{RouteCache: cacheWays})
	defer b.Close()
	x := NewTopic[int](b, "x")
	var got []string
	for _, name := range []string{"first", "second"} {
		s, err := x.Subscribe(func(_ context.Context, n int) error { got = append(got, name+strconv.Itoa(n)); return nil })
		require.NoError(t, err)
		require.NoError(t, x.Publish(t.Context(), 1))
		kept := x.compiled.Load().route
		evicted := false
		for i := 0; !evicted; i++ {
			require.Less(t, i, 10_000)
			require.NoError(t, b.Publish(t.Context(), "other."+strconv.Itoa(i), nil))
			evicted = true // get would mark it as used
			b.cache.each(func(r *route) { evicted = evicted && r != kept })
		}
		s.Unsubscribe()
		_, err = x.SubscribeFunc(func(n int) { got = append(got, "func "+name+strconv.Itoa(n)) })
		require.NoError(t, err)
		require.NoError(t, x.Publish(t.Context(), 2))
	}
	require.Equal(t, []string{"first1", "func first2", "func first1", "second1", "func first2", "func second2"}, got)
}
