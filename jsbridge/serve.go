//go:build js && wasm

package jsbridge

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"syscall/js"
	"unsafe"

	"github.com/trolleybus/trolleybus/bus"
)

// ErrNoPage is returned where no page of Trolleybus started the program.
var ErrNoPage = errors.New("jsbridge: no bus on the page waits for this program: load trolleybus.js first and start the program with createBus({ wasm })")

// ErrServed is returned for a second bus: the exported functions of a program can serve one.
var ErrServed = errors.New("jsbridge: the program serves a bus already")

// server is what the exported functions act on.
type server struct {
	bus      *bus.Bus
	port     *bus.Port
	page     page
	up       js.Value // tells JavaScript that Go's side stands
	features string   // of the page's bus, each between spaces
	pageClock
	pageFrames

	handles map[uint32]*bus.Subscription // Go's own subscriptions that routes name
	sweepAt int
	// The last one called: a topic's events come in bursts.
	lastHandle uint32
	lastCalled *bus.Subscription

	resolved  []*bus.Subscription
	events    []*bus.Event // that JavaScript holds the number of; 0 is none
	free      []int32
	last      *bus.Event
	lastData  *payload
	requests  requests
	managed   map[uint32]*bus.Subscription // subscribers of JavaScript's with policies
	changes   []byte                       // buffer of apply
	keys      keys
	keysOf    *bus.Event // of which the keys are
	turns     turns
	past      []*bus.Event // that topics kept before, until JavaScript has taken them over
	closed    chan struct{}
	closeOnce sync.Once
}

var served *server

// Serve exposes b to the page that started the program, and blocks until the page closes its bus; it
// then closes b and returns bus.ErrClosed. Subscriptions that b has already come after those that the
// page made while the program was loading.
func Serve(b *bus.Bus) error {
	s, err := attach(b)
	if err != nil {
		return err
	}
	<-s.closed
	if err := b.Close(); err != nil {
		return err
	}
	return bus.ErrClosed
}

func attach(b *bus.Bus) (*server, error) {
	if served != nil {
		return nil, ErrServed
	}
	s := &server{bus: b, handles: map[uint32]*bus.Subscription{}, events: make([]*bus.Event, 1), requests: newRequests(), managed: map[uint32]*bus.Subscription{}, closed: make(chan struct{})}
	port, err := b.Attach(s)
	if err != nil {
		return nil, err
	}
	s.port = port
	served = s
	if s.port.Intercepted() {
		s.Changed("")
	}
	if err := s.beginWaiting(); err != nil {
		return nil, err
	}
	s.up.Invoke()
	return s, nil
}

// Joining finds the page's bus (bus.Host).
func (s *server) Joining(subscriptions int) (base uint64, instance string, err error) {
	joined, ok := joinPage(subscriptions)
	if !ok {
		return 0, "", ErrNoPage
	}
	s.page, s.up = newPage(joined), joined.Get("up")
	s.features = joined.Get("features").String()
	s.pageClock.init(&s.page)
	return uint64(joined.Get("base").Int()), joined.Get("instance").String(), nil
}

// Lacks reports whether the page's bus was made without a feature (bus.Host).
func (s *server) Lacks(feature string) bool { return !strings.Contains(s.features, " "+feature+" ") }

// joinPage finds the host that started the program, or the one that waits for a program of another loader, and
// attaches to it. The package puts its registry under the first of some symbols that is not taken; what else there is
// may be anybody's, so that it is read by calls, whose exceptions Go survives.
func joinPage(orders int) (port js.Value, ok bool) {
	id, _ := syscall.Getenv("TROLLEYBUS_HOST")
	host, _ := strconv.Atoi(id)
	keys := []string{"trolleybus/1", "trolleybus/1/2", "trolleybus/1/3"}
	if key, told := syscall.Getenv("TROLLEYBUS_REGISTRY"); told {
		keys = []string{key}
	}
	for _, key := range keys {
		if port, ok = attachTo(key, host, orders); ok {
			return port, true
		}
	}
	return port, false
}

func attachTo(key string, host, orders int) (port js.Value, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false // a stranger's, which is not what it looks like
		}
	}()
	global := js.Global()
	reflect := global.Get("Reflect")
	registry := reflect.Call("get", global, global.Get("Symbol").Call("for", key))
	join := reflect.Call("get", registry, "attach")
	port = reflect.Call("apply", join, registry, global.Get("Array").Call("of", host, address(unsafe.Pointer(&output)), orders))
	return port, reflect.Call("get", port, "up").Type() == js.TypeFunction
}

// handle returns the number under which JavaScript calls a Go subscription.
func (s *server) handle(sub *bus.Subscription) uint32 {
	id := s.port.ID(sub)
	if _, known := s.handles[id]; !known {
		if len(s.handles) >= s.sweepAt {
			s.sweep()
		}
		s.handles[id] = sub
	}
	return id
}

// sweep forgets subscriptions that ended.
func (s *server) sweep() {
	for id, sub := range s.handles {
		if !sub.Active() {
			delete(s.handles, id)
		}
	}
	s.sweepAt = 2*len(s.handles) + 64
}

// hold keeps an event with its data for JavaScript, which knows it by number.
func (s *server) hold(e *bus.Event) int32 {
	if r, ok := e.Data.(bus.Retainer); ok {
		r.Retain()
	}
	if n := len(s.free); n > 0 {
		ref := s.free[n-1]
		s.free = s.free[:n-1]
		s.events[ref] = e
		return ref
	}
	s.events = append(s.events, e)
	return int32(len(s.events) - 1)
}

func (s *server) forget(ref int32) {
	if e := s.events[ref]; e != nil {
		s.events[ref] = nil
		s.free = append(s.free, ref)
		if r, ok := e.Data.(bus.Retainer); ok {
			r.Release()
		}
	}
}

func itoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
