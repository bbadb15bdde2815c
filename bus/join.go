package bus

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// Joint is where events come in from elsewhere: a link, a log, the client of a gateway (Bus.Join). What leaves, a joint's
// owner sees as an Observer, or by Subscribe. All methods are safe for concurrent use; once the joint or its bus is closed
// their error is ErrClosed.
type Joint struct {
	bus     *Bus
	joinery *joinery
	name    string
	closed  atomic.Bool

	mu    sync.Mutex
	subs  map[*Subscription]struct{}
	sweep int                    // at so many it looks which have ended
	asked map[*question]struct{} // not answered
}

// Join makes a joint, of which there may be any number. Its name is one token of a topic and no other joint's that is
// open. The error is an *OptionError or ErrClosed.
func (b *Bus) Join(name string) (*Joint, error) {
	if ValidateTopic(name) != nil || subject.IsReserved(name) || strings.Contains(name, ".") {
		return nil, &OptionError{"name of a joint", "must be one token of a topic"}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed.Load() {
		return nil, &opError{"join", name, ErrClosed}
	}
	joints := b.joined()
	if joints.named[name] != nil {
		return nil, &OptionError{"name of a joint", "must not be that of another one, which is open"}
	}
	j := &Joint{bus: b, joinery: joints, name: name, subs: map[*Subscription]struct{}{}, asked: map[*question]struct{}{}}
	joints.named[name] = j
	return j, nil
}

// joinHooks are what the bus's own ways ask, from the first joint on: functions and an untyped joinery, so that a program
// without joints contains neither the code nor the types.
type joinHooks struct {
	joinery any
	// published notes the id of an event of this bus.
	published func(e *Event)
	// record is history.put, unless the topic has a newer value.
	record func(h *history, r record, now time.Time) (position uint64, gone []record, superseded bool)
	// wipe is Bus.wipe, and leaves tombstones.
	wipe func(pattern string, now time.Time) (n int, topics []string, gone []record)
}

// joinery is what the joints of a bus have in common.
type joinery struct {
	named  map[string]*Joint // those that are open; bus.mu guards it
	window idWindow
	stamps stampTable
}

// joined returns the joinery of a bus, which is made for its first joint. The caller holds bus.mu.
func (b *Bus) joined() *joinery {
	if hooks := b.joins.Load(); hooks != nil {
		return hooks.joinery.(*joinery)
	}
	js := &joinery{named: map[string]*Joint{}}
	js.window.of = map[string]*arrival{}
	js.stamps.bus, js.stamps.of = b, map[string]*stamped{}
	b.joins.Store(&joinHooks{js, js.window.own, js.stamps.record, js.stamps.wipe})
	return js
}

// Name returns the name of the joint.
func (j *Joint) Name() string { return j.name }

// PublishReserved publishes one of the bus's own events, as those about what is joined. topic must begin with '$'. The
// error is a *TopicError.
func (j *Joint) PublishReserved(topic string, data any) error {
	if err := j.open("publish", topic); err != nil {
		return err
	}
	return j.bus.publishReserved(topic, data)
}

// open says why nothing can be done with the joint any more.
func (j *Joint) open(op, what string) error {
	if j.closed.Load() || j.bus.closed.Load() {
		return &opError{op, what, ErrClosed}
	}
	return nil
}

// Close ends the joint with its subscriptions and responders. Who waits for an answer of theirs gets ErrUnavailable. Its
// name is free then, and what it admitted but did not deliver may come by another joint. It may be called twice.
func (j *Joint) Close() {
	if j.closed.Swap(true) {
		return
	}
	j.bus.mu.Lock()
	delete(j.joinery.named, j.name)
	j.bus.mu.Unlock()
	j.mu.Lock()
	subs, asked := j.subs, j.asked
	j.subs, j.asked = nil, nil
	j.mu.Unlock()
	for s := range subs {
		s.Unsubscribe()
	}
	for q := range asked {
		q.abandon()
	}
}
