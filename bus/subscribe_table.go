package bus

import (
	"slices"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// table is the set of subscriptions. The caller of its methods holds the lock.
type table struct {
	subject.Index[*Subscription]
}

// match appends the subscriptions to a valid topic with this hash, sorted by order (D3).
func (t *table) match(topic string, h uint64, buf []*Subscription) []*Subscription {
	from := len(buf)
	buf = t.MatchHash(topic, h, buf)
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
