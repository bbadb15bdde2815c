package bus

// gate is what the events of a topic have to be before anybody gets them. It does not change once its
// declaration is in use.
type gate struct {
	method   *check // the Validate method of the topic's type
	function *check // of the option Validate
	version  int    // 0 if none was declared
	upcasts  map[int]upcast
}

// newGate returns a gate of d's own, to be changed by an option.
func newGate(d *declaration) *gate {
	g := new(gate)
	if d.gate != nil {
		*g = *d.gate
		g.upcasts = make(map[int]upcast, len(d.gate.upcasts)+1)
		for from, u := range d.gate.upcasts {
			g.upcasts[from] = u
		}
	}
	d.gate = g
	return g
}

// pass brings an event that is about to be accepted to the version and schema of its topic. The error is
// the publisher's, a *VersionError or a *SchemaError.
func (g *gate) pass(e *Event) error {
	if g.version != 0 {
		if err := g.bring(e); err != nil {
			return err
		}
	}
	for _, c := range [...]*check{g.method, g.function} {
		if c == nil {
			continue
		}
		if err := c.event(e); err != nil {
			return refusal(e.Topic, err)
		}
	}
	return nil
}

// typedChecks returns what validates a T for Topic.Publish, nil if nothing does, or false if the topic
// has declarations that need an Event.
func typedChecks[T any](d *declaration) (validate func(T) error, ok bool) {
	if d == nil {
		return nil, true
	}
	if d.recorder != nil {
		return nil, false
	}
	if d.gate == nil {
		return nil, true
	}
	for _, c := range [...]*check{d.gate.method, d.gate.function} {
		if c == nil {
			continue
		}
		f, ok := c.typed.(func(T) error)
		if !ok {
			return nil, false
		}
		if first := validate; first != nil {
			validate = func(v T) error {
				if err := first(v); err != nil {
					return err
				}
				return f(v)
			}
		} else {
			validate = f
		}
	}
	return validate, true
}

// Gated reports whether a schema or version was declared of a topic. It is for hosts, which call Check
// for the events that they were not given by Host.Publish.
func (b *Bus) Gated(topic string) bool { return b.gateOf(topic) != nil }

// Check brings an event that is about to be accepted to the version and schema of its topic. The error is
// the publisher's, a *VersionError or a *SchemaError. It is for hosts.
func (b *Bus) Check(e *Event) error {
	if g := b.gateOf(e.Topic); g != nil {
		return b.check(g, e)
	}
	return nil
}

func (b *Bus) gateOf(topic string) *gate {
	if !b.gated.Load() {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	if d := b.declared[topic]; d != nil {
		return d.gate
	}
	return nil
}
