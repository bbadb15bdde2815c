package bus

// TopicOption declares something of a topic, for everybody who publishes on it. A wrong one is an
// *OptionError.
type TopicOption func(*declaration) error

// declaration is what was declared of one topic. It does not change once it is in Bus.declared.
type declaration struct {
	topic string
	// recorder is called first with each event of the topic, when its delivery begins. It is in the
	// topic's routes only: not in the table, not counted and not shown. A host has its own.
	recorder *Subscription
	history  *Keep // nil: nothing
	last     bool  // it is that of Retain
	// schema is nil if neither a schema nor a version was declared.
	schema *schema
}

// Declare sets what holds for a topic from now on. What an earlier declaration of the same topic said of
// other options stays. The error is a *TopicError, an *OptionError or ErrClosed.
func (b *Bus) Declare(topic string, opts ...TopicOption) error {
	if err := publishable(topic); err != nil {
		return err
	}
	keeps, err := b.declare(topic, opts)
	if err != nil {
		return &opError{"declare", topic, err}
	}
	if h := b.host.Load(); h != nil {
		if keeps != nil {
			(*h).Keep(topic, *keeps)
		}
		(*h).Changed(topic)
	}
	return nil
}

// bounds are those that a host is told of.
func (d *declaration) bounds() Keep {
	if d.last {
		return Keep{}
	}
	return *d.history
}

// declare returns what the options say of what the topic keeps, if they do.
func (b *Bus) declare(topic string, opts []TopicOption) (keeps *Keep, err error) {
	now := b.clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed.Load() {
		return nil, ErrClosed
	}
	d := declaration{topic: topic}
	if old := b.declared[topic]; old != nil {
		d = *old
	}
	before := d.history
	for _, o := range opts {
		if o == nil {
			return nil, &OptionError{"TopicOption", "must not be nil"}
		}
		if err := o(&d); err != nil {
			return nil, err
		}
	}
	if d.schema != nil {
		if err := d.schema.complete(); err != nil {
			return nil, err
		}
		b.anySchema.Store(true)
	}
	if d.history != before {
		if err := b.lacking(featureKeeping); err != nil {
			return nil, err
		}
		bounds := d.bounds()
		if keeps = &bounds; b.host.Load() == nil {
			d.recorder = b.recorder(topic, *d.history, now)
		}
	}
	if b.declared == nil {
		b.declared = make(map[string]*declaration)
	}
	b.declared[topic] = &d
	b.cache.changed(topic)
	return keeps, nil
}

// resolve appends what an event of a valid topic is delivered to, in order. The caller holds the lock.
func (b *Bus) resolve(topic string, h uint64, buf []*Subscription) ([]*Subscription, *declaration) {
	d := b.declared[topic]
	if d != nil && d.recorder != nil && b.host.Load() == nil {
		buf = append(buf, d.recorder)
	}
	from := len(buf)
	buf = b.table.match(topic, h, buf)
	return append(buf[:from], b.foldGroups(buf[from:])...), d
}
