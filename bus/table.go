package bus

import "slices"

// table is the set of subscriptions. The caller holds the lock.
type table struct {
	literals index
	wild     node
	wilds    int
	count    int
}

func (t *table) init() { t.literals.whole = true }

func (t *table) add(s *Subscription) {
	t.count++
	if !isLiteral(s.path) {
		t.wilds++
		t.wild.add(s)
		return
	}
	h := hashOf(s.path)
	if slot := t.literals.slot(h, s.path); slot != nil {
		*slot = &s.push((*slot).sub()).item
		return
	}
	t.literals.insert(h, &s.item)
}

// remove takes out a subscription that is in the table.
func (t *table) remove(s *Subscription) {
	t.count--
	if !isLiteral(s.path) {
		t.wilds--
		t.wild.remove(s)
		return
	}
	h := hashOf(s.path)
	slot := t.literals.slot(h, s.path)
	if head := s.unlink((*slot).sub()); head != nil {
		*slot = &head.item
		return
	}
	t.literals.delete(h, s.path)
}

// match appends the subscriptions to a valid topic with this hash, sorted by order (D3).
func (t *table) match(topic string, h uint64, buf []*Subscription) []*Subscription {
	from := len(buf)
	home, found := 0, uint64(0)
	if t.literals.count > 0 {
		home, found = t.literals.probe(h)
	}
	if t.wilds > 0 {
		var w walk
		buf = w.match(&t.wild, topic, buf)
	}
	if slot := t.literals.find(h, topic, home, found); slot != nil {
		buf = (*slot).sub().appendTo(buf)
	}
	if found := buf[from:]; len(found) > 1 {
		sortByOrder(found)
	}
	return buf
}

func sortByOrder(subs []*Subscription) {
	if len(subs) > 12 {
		slices.SortFunc(subs, func(a, b *Subscription) int {
			if a.order < b.order {
				return -1
			}
			return 1
		})
		return
	}
	for i := 1; i < len(subs); i++ {
		for j := i; j > 0 && subs[j].order < subs[j-1].order; j-- {
			subs[j], subs[j-1] = subs[j-1], subs[j]
		}
	}
}

// each calls f with every subscription, in no order, until it returns false. f must not change the table.
func (t *table) each(f func(*Subscription) bool) {
	if t.literals.each(func(it *item) bool { return it.sub().eachOf(f) }) {
		t.wild.each(f)
	}
}

func (n *node) each(f func(*Subscription) bool) bool {
	visit := func(it *item) bool {
		switch {
		case it == nil:
			return true
		case it.isNode():
			return it.node().each(f)
		}
		return it.sub().eachOf(f)
	}
	return n.here.eachOf(f) && n.rest.eachOf(f) && visit(n.star) && n.kids.each(visit)
}

// Subscriptions with the same pattern form a chain, the newest first, by their next and prev.

// push puts the chain s before head and returns the new head. When head is not nil s is one subscription.
func (s *Subscription) push(head *Subscription) *Subscription {
	if head != nil {
		s.next = head
		head.prev = s
	}
	return s
}

// unlink takes s out of its chain and returns the head that the chain has then.
func (s *Subscription) unlink(head *Subscription) *Subscription {
	if s.next != nil {
		s.next.prev = s.prev
	}
	if s.prev != nil {
		s.prev.next = s.next
	}
	if head == s {
		head = s.next
	}
	s.next, s.prev = nil, nil
	return head
}

func (s *Subscription) appendTo(buf []*Subscription) []*Subscription {
	for ; s != nil; s = s.next {
		buf = append(buf, s)
	}
	return buf
}

func (s *Subscription) eachOf(f func(*Subscription) bool) bool {
	for ; s != nil; s = s.next {
		if !f(s) {
			return false
		}
	}
	return true
}
