package bus

// node is a place in the trie of wildcard patterns, reached by some tokens. A pattern that is alone
// below its place has no nodes of its own: the parent holds it as a leaf, and what is left of it is
// compared when a topic gets there. So a trie of a million patterns has few nodes.
type node struct {
	path string        // a pattern through this node: its token at the parent's offset is this node's
	kids index         // what follows, by next token; kids.off is where that token begins in patterns
	star item          // what follows when the next token is "*"
	here *Subscription // patterns that end here
	rest *Subscription // patterns that end with ">" here
}

// token returns the token of a valid pattern at byte off, and where the next one begins.
func token(pattern string, off int) (tok string, next int) {
	end := off
	for end < len(pattern) && pattern[end] != '.' {
		end++
	}
	return pattern[off:end], end + 1
}

// add puts the chain below n. The chain is one subscription, or all with the same pattern when n is new.
func (n *node) add(chain *Subscription) {
	p := chain.pattern
	for {
		off := int(n.kids.off)
		if off > len(p) {
			n.here = chain.push(n.here)
			return
		}
		tok, next := token(p, off)
		if tok == ">" {
			n.rest = chain.push(n.rest)
			return
		}
		slot, h := &n.star, uint64(0)
		if tok != "*" {
			h = hashOf(tok)
			slot = n.kids.slot(h, tok)
		}
		switch {
		case slot == nil:
			n.kids.insert(h, chain)
			return
		case *slot == nil:
			*slot = chain
			return
		}
		if leaf, ok := (*slot).(*Subscription); ok {
			if leaf.pattern == p {
				*slot = chain.push(leaf)
				return
			}
			child := &node{path: p, kids: index{off: uint8(next)}}
			child.add(leaf)
			*slot = child
		}
		n = (*slot).(*node)
	}
}

// remove takes one subscription out, and the nodes that are not needed any more. It reports nothing:
// the subscription must be there.
func (n *node) remove(s *Subscription) {
	p, off := s.pattern, int(n.kids.off)
	if off > len(p) {
		n.here = s.unlink(n.here)
		return
	}
	tok, next := token(p, off)
	if tok == ">" {
		n.rest = s.unlink(n.rest)
		return
	}
	_ = next
	slot, h := &n.star, uint64(0)
	if tok != "*" {
		h = hashOf(tok)
		slot = n.kids.slot(h, tok)
	}
	var left item
	if child, ok := (*slot).(*node); ok {
		child.remove(s)
		left = child.reduced()
	} else if head := s.unlink((*slot).(*Subscription)); head != nil {
		left = head
	}
	switch {
	case left != nil:
		*slot = left
	case tok == "*":
		n.star = nil
	default:
		// The slot must still hold the key, since delete compares it.
		n.kids.delete(h, tok)
	}
}

// reduced returns what should stand in n's place: nil if it is empty, the leaf if only one is left, else n.
func (n *node) reduced() item {
	var only item
	count := 0
	note := func(it item) {
		only = it
		count++
	}
	if n.here != nil {
		note(n.here)
	}
	if n.rest != nil {
		note(n.rest)
	}
	if n.star != nil {
		note(n.star)
	}
	if count+int(n.kids.count) > 1 {
		return n
	}
	n.kids.each(func(it item) bool { note(it); return true })
	if _, deeper := only.(*node); deeper {
		return n
	}
	return only
}

// tokens is a topic cut up once, for all branches of the walk.
type tokens struct {
	topic string
	n     int
	start [MaxTopicTokens + 1]uint8
	hash  [MaxTopicTokens]uint64
}

func (t *tokens) cut(topic string) {
	t.topic, t.n = topic, 0
	start := 0
	for i := 0; i <= len(topic); i++ {
		if i == len(topic) || topic[i] == '.' {
			t.hash[t.n] = hashOf(topic[start:i])
			start = i + 1
			t.n++
			t.start[t.n] = uint8(start)
		}
	}
}

func (t *tokens) token(i int) string { return t.topic[t.start[i] : t.start[i+1]-1] }

// match appends the subscriptions below n whose patterns match t from token i on.
func (n *node) match(t *tokens, i int, buf []*Subscription) []*Subscription {
	for i < t.n {
		home, found := 0, uint64(0)
		if n.kids.count > 0 {
			home, found = n.kids.probe(t.hash[i]) // and look at it after the star's branch
		}
		if i > 0 || !reserved(t.topic) {
			buf = n.rest.appendTo(buf)
			switch next := n.star.(type) {
			case *node:
				buf = next.match(t, i+1, buf)
			case *Subscription:
				buf = next.matchLeaf(t, i, int(n.kids.off), buf)
			}
		}
		if found == 0 {
			return buf
		}
		slot := n.kids.find(t.hash[i], t.token(i), home, found)
		if slot == nil {
			return buf
		}
		switch next := (*slot).(type) {
		case *node:
			n = next
		case *Subscription:
			return next.matchLeaf(t, i, int(n.kids.off), buf)
		}
		i++
	}
	return n.here.appendTo(buf)
}

// matchLeaf appends the chain if the rest of its pattern, from byte off, matches the topic from token i on.
func (s *Subscription) matchLeaf(t *tokens, i, off int, buf []*Subscription) []*Subscription {
	if matchTokens(s.pattern[off:], t.topic[t.start[i]:]) {
		return s.appendTo(buf)
	}
	return buf
}
