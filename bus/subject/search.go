package subject

import "math/bits"

// tokens is a topic cut up once, for all branches of the search.
type tokens struct {
	topic string
	n     int
	start [MaxTokens + prefixTokens + 1]uint16
	hash  [MaxTokens + prefixTokens]uint64
}

func (t *tokens) cut(topic string) {
	t.topic, t.n = topic, 0
	start := 0
	for i := 0; i <= len(topic); i++ {
		if i == len(topic) || topic[i] == '.' {
			t.hash[t.n] = Hash(topic[start:i])
			start = i + 1
			t.n++
			t.start[t.n] = uint16(start)
		}
	}
}

func (t *tokens) token(i int) string { return t.topic[t.start[i] : t.start[i+1]-1] }

// search is one match of a topic against the trie. It goes down level by level, on all branches at once:
// in a large trie every look-up misses the processor's caches, and look-ups that do not depend on each
// other miss at the same time if they are begun together.
type search struct {
	tokens
	warmth int // keeps the loads of warm from being optimised away
}

// branch is a node reached at the present level, with what the probe of its children found.
type branch struct {
	node       *node
	home       int
	candidates uint64
}

// match appends the entries below root whose patterns match topic, in no order.
func (s *search) match(root *node, topic string, buf []*Entry) []*Entry {
	s.cut(topic)
	var room [2][8]branch // beyond which append takes the heap
	level, next := append(room[0][:0], branch{node: root}), room[1][:0]
	for i := 0; i < s.n && len(level) > 0; i++ {
		s.warm(level, i)
		rest := topic[s.start[i]:]
		for k := range level {
			b := &level[k]
			n := b.node
			if i > 0 || !IsReserved(topic) {
				buf = n.rest.appendTo(buf)
				switch it := n.star; {
				case it == nil:
				case it.isNode():
					next = append(next, branch{node: it.node()})
				default:
					buf = it.matchLeaf(n, rest, buf)
				}
			}
			if b.candidates == 0 {
				continue
			}
			slot := n.kids.find(s.hash[i], s.token(i), b.home, b.candidates)
			switch {
			case slot == nil:
			case (*slot).isNode():
				next = append(next, branch{node: (*slot).node()})
			default:
				buf = (*slot).matchLeaf(n, rest, buf)
			}
		}
		level, next = next, level[:0]
	}
	for _, b := range level {
		buf = b.node.here.appendTo(buf)
	}
	return buf
}

// matchLeaf appends the leaf's chain, found at n, if what is left of its pattern matches the rest of the topic.
func (it *item) matchLeaf(n *node, rest string, buf []*Entry) []*Entry {
	if matchTokens(it.path[n.kids.off:], rest) {
		return it.entry().appendTo(buf)
	}
	return buf
}

// warm probes the children of all branches, and then loads what verifying a candidate will need, without
// deciding anything on the way that would have to wait for a load.
func (s *search) warm(level []branch, i int) {
	for k := range level {
		b := &level[k]
		if x := &b.node.kids; x.count > 0 {
			b.home, b.candidates = x.probe(s.hash[i])
		}
	}
	if len(level) == 1 {
		return // there is nothing to overlap with
	}
	warmth := 0
	for k := range level {
		b := &level[k]
		if c := b.candidates & highBits; c != 0 {
			x := &b.node.kids
			warmth += int(x.buckets[b.home].items[bits.TrailingZeros64(c)>>3].path[x.off])
		}
	}
	s.warmth = warmth
}
