package bus

// TopicOption declares something of a topic, for everybody who publishes on it. A wrong one is an
// *OptionError.
type TopicOption func(*declaration) error

// declaration is what was declared of one topic. It does not change once it is in Bus.declared.
type declaration struct {
	topic string
	// recorder is called first with each event of the topic, when its delivery begins. It is in the
	// topic's routes only: not in the table, not counted and not shown.
	recorder *Subscription
	history  *Keep // nil: nothing
	// schema is nil if neither a schema nor a version was declared.
	schema *schema
}

// Declare sets what holds for a topic from now on. What an earlier declaration of the same topic said of
// other options stays. The error is a *TopicError, an *OptionError or ErrClosed.
func (b *Bus) Declare(topic string, opts ...TopicOption) error {
	if err := publishable(topic); err != nil {
		return err
	}
	if err := b.declare(topic, opts); err != nil {
		return &opError{"declare", topic, err}
	}
	if h := b.host.Load(); h != nil {
		(*h).Changed(topic)
	}
	return nil
}

func (b *Bus) declare(topic string, opts []TopicOption) error {
	now := b.clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed.Load() {
		return ErrClosed
	}
	d := declaration{topic: topic}
	if old := b.declared[topic]; old != nil {
		d = *old
	}
	for _, o := range opts {
		if o == nil {
			return &OptionError{"TopicOption", "must not be nil"}
		}
		if err := o(&d); err != nil {
			return err
		}
	}
	if d.schema != nil {
		if err := d.schema.complete(); err != nil {
			return err
		}
		b.anySchema.Store(true)
	}
	if d.history != nil {
		if err := b.lacking(featureKeeping); err != nil {
			return err
		}
		d.recorder = b.recorder(topic, *d.history, now)
	}
	if b.declared == nil {
		b.declared = make(map[string]*declaration)
	}
	b.declared[topic] = &d
	b.cache.changed(topic)
	return nil
}

// resolve appends what an event of a valid topic is delivered to, in order. The caller holds the lock.
func (b *Bus) resolve(topic string, h uint64, buf []*Subscription) ([]*Subscription, *declaration) {
	d := b.declared[topic]
	if d != nil && d.recorder != nil {
		buf = append(buf, d.recorder)
	}
	from := len(buf)
	buf = b.table.match(topic, h, buf)
	return append(buf[:from], b.foldGroups(buf[from:])...), d
}
