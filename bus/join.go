package bus

import (
	"strings"
	"sync/atomic"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// Joint is where events come in from elsewhere: a link, a log, the client of a gateway (Bus.Join).
type Joint struct {
	bus    *Bus
	name   string
	closed atomic.Bool
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
	if b.joints[name] != nil {
		return nil, &OptionError{"name of a joint", "must not be that of another one, which is open"}
	}
	if b.joints == nil {
		b.joints = make(map[string]*Joint)
	}
	j := &Joint{bus: b, name: name}
	b.joints[name] = j
	return j, nil
}

// Name returns the name of the joint.
func (j *Joint) Name() string { return j.name }

// PublishReserved publishes one of the bus's own events, as those about what is joined. topic must begin with '$'. The
// error is a *TopicError, or ErrClosed where the joint or its bus has been closed.
func (j *Joint) PublishReserved(topic string, data any) error {
	if j.closed.Load() {
		return &opError{"publish", topic, ErrClosed}
	}
	return j.bus.publishReserved(topic, data)
}

// Close ends the joint, whose name is free then. It may be called twice.
func (j *Joint) Close() {
	if j.closed.Swap(true) {
		return
	}
	j.bus.mu.Lock()
	defer j.bus.mu.Unlock()
	delete(j.bus.joints, j.name)
}
