package bus

// schema is what the events of a topic have to be before anybody gets them. It does not change once its
// declaration is in use.
type schema struct {
	method   *check // the Validate method of the topic's type
	function *check // of the option Validate
	version  int    // 0 if none was declared
	upcasts  map[int]upcast
}

// newSchema returns a schema of d's own, to be changed by an option.
func newSchema(d *declaration) *schema {
	s := new(schema)
	if d.schema != nil {
		*s = *d.schema
		s.upcasts = make(map[int]upcast, len(d.schema.upcasts)+1)
		for from, u := range d.schema.upcasts {
			s.upcasts[from] = u
		}
	}
	d.schema = s
	return s
}

// pass brings an event that is about to be accepted to the version and schema of its topic. The error is
// the publisher's, a *VersionError or a *SchemaError.
func (s *schema) pass(e *Event) error {
	if s.version != 0 {
		if err := s.bring(e); err != nil {
			return err
		}
	}
	for _, c := range [...]*check{s.method, s.function} {
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
	if d.schema == nil {
		return nil, true
	}
	for _, c := range [...]*check{d.schema.method, d.schema.function} {
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

// declares reports whether a schema or version was declared of a topic. It is for hosts, which call Check
// for the events that they were not given by Host.Publish.
func (b *Bus) declares(topic string) bool { return b.schemaOf(topic) != nil }

// Check brings an event that is about to be accepted to the version and schema of its topic. The error is
// the publisher's, a *VersionError or a *SchemaError. It is for hosts.
func (b *Bus) check(e *Event) error {
	if s := b.schemaOf(e.Topic); s != nil {
		return b.checkSchema(s, e)
	}
	return nil
}

func (b *Bus) schemaOf(topic string) *schema {
	if !b.anySchema.Load() {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	if d := b.declared[topic]; d != nil {
		return d.schema
	}
	return nil
}
