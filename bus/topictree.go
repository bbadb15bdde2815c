package bus

// topicTree finds the topics that keep events by a pattern, token by token, so that a replay costs what it finds
// and not what there is. It is the reverse of the trie of patterns. histories.mu guards it.
type topicTree struct {
	// only is the one topic below this place, which then has no places of its own.
	only *history
	here *history // whose topic ends here
	next map[string]*topicTree
}

// add puts in a history whose topic is not there yet; off is where the rest of its topic begins.
func (n *topicTree) add(h *history, off int) {
	if n.only == nil && n.here == nil && n.next == nil {
		n.only = h
		return
	}
	if only := n.only; only != nil {
		n.only = nil
		n.put(only, off)
	}
	n.put(h, off)
}

func (n *topicTree) put(h *history, off int) {
	if off > len(h.topic) {
		n.here = h
		return
	}
	tok, next := token(h.topic, off)
	child := n.next[tok]
	if child == nil {
		if n.next == nil {
			n.next = make(map[string]*topicTree)
		}
		child = new(topicTree)
		n.next[tok] = child
	}
	child.add(h, next)
}

// match appends the histories whose topics the pattern matches, in no order. off is where the rest of the pattern
// begins; below says that a ">" has been passed. No topic that is kept is one of the bus's own.
func (n *topicTree) match(pattern string, off int, below bool, found []*history) []*history {
	if n.only != nil {
		if Match(pattern, n.only.topic) {
			found = append(found, n.only)
		}
		return found
	}
	ended := off > len(pattern)
	if n.here != nil && (ended || below) {
		found = append(found, n.here)
	}
	if ended {
		return found
	}
	tok, next := token(pattern, off)
	switch tok {
	case ">":
		for _, child := range n.next {
			found = child.match(pattern, off, true, found)
		}
	case "*":
		for _, child := range n.next {
			found = child.match(pattern, next, false, found)
		}
	default:
		if child := n.next[tok]; child != nil {
			found = child.match(pattern, next, false, found)
		}
	}
	return found
}
