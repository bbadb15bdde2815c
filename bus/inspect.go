package bus

import (
	"slices"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// TopicInfo describes a topic that the bus knows at present.
type TopicInfo struct {
	Topic         string
	Subscriptions int  // that an event on it would reach, wildcards included
	Cached        bool // it was published lately, so that its route is kept
	Retained      int  // events that it keeps (Retain, History)
}

// SubscriptionInfo describes a subscription.
type SubscriptionInfo struct {
	Pattern   string
	Name      string
	Order     uint64 // place in the order of delivery (D3)
	Once      bool
	Hosted    bool          // a host's subscriber
	Group     string        // its queue group
	Running   int           // calls of its handler that its policies wait for
	Paused    int           // events that wait for their next attempt
	Waiting   int           // events in its queue
	Oldest    time.Duration // how long the oldest of them has waited
	Limit     int           // of its queue; 0 if it has none
	Policy    Policy        // of its queue; 0 if it has none
	Dropped   uint64        // events that its full queue let go or refused
	Responder bool          // answers requests, and gets nothing else
}

// Topics returns the topics subscribed by name, those published lately and those that keep events, sorted by name.
func (b *Bus) Topics() []TopicInfo {
	b.sync()
	kept := b.keptCounts()
	b.mu.RLock()
	defer b.mu.RUnlock()
	var all []TopicInfo
	b.table.EachLiteral(func(topic string) bool {
		all = append(all, TopicInfo{Topic: topic})
		return true
	})
	cached := make(map[string]bool)
	b.cache.each(func(r *route) {
		cached[r.topic] = true
		if !b.table.HasLiteral(r.topic) {
			all = append(all, TopicInfo{Topic: r.topic})
		}
	})
	for i := range all {
		all[i].Retained = kept[all[i].Topic]
		delete(kept, all[i].Topic)
	}
	for topic, n := range kept {
		all = append(all, TopicInfo{Topic: topic, Retained: n})
	}
	var buf []*Subscription
	for i := range all {
		t := &all[i]
		buf = b.table.match(t.Topic, subject.Hash(t.Topic), buf[:0])
		t.Subscriptions = len(buf)
		t.Cached = cached[t.Topic]
	}
	slices.SortFunc(all, func(a, b TopicInfo) int {
		if a.Topic < b.Topic {
			return -1
		}
		return 1
	})
	return all
}

// Subscriptions returns all subscriptions in their order.
func (b *Bus) Subscriptions() []SubscriptionInfo {
	b.sync()
	b.mu.RLock()
	subs := make([]*Subscription, 0, b.table.Len())
	b.table.Each(func(s *Subscription) bool {
		subs = append(subs, s)
		return true
	})
	sortByOrder(subs)
	all := make([]SubscriptionInfo, len(subs))
	for i, s := range subs {
		all[i] = SubscriptionInfo{Pattern: s.Pattern(), Name: s.Name(), Order: s.order, Hosted: s.target == nil, Responder: s.isResponder()}
	}
	b.mu.RUnlock()
	for i, s := range subs {
		if s.extras == nil {
			continue
		}
		all[i].Once = s.extras.once
		if c := s.extras.consumer; c != nil {
			c.describe(&all[i])
		}
	}
	return all
}

func (c *consumer) describe(info *SubscriptionInfo) {
	now := c.sub.bus.clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	state, oldest := c.state()
	info.Running, info.Paused, info.Waiting = c.running, len(c.paused), state.Waiting
	if state.Waiting > 0 {
		info.Oldest = now.Sub(oldest)
	}
	if c.most > 0 || c.wake != nil {
		info.Limit, info.Policy = c.queue.limit, c.queue.policy
	}
	info.Dropped = c.sub.Dropped()
	if c.group != nil {
		info.Group = c.group.name
	}
}
