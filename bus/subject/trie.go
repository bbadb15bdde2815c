package subject

// node is a place in the trie of wildcard patterns, reached by some tokens. A pattern that is alone
// below its place has no nodes of its own: the parent holds it as a leaf, and what is left of it is
// compared when a topic gets there. So a trie of a million patterns has few nodes.
type node struct {
	item        // path: its token at the parent's offset is this node's
	kids slots  // what follows, by next token; kids.off is where that token begins in patterns
	star *item  // what follows when the next token is "*"
	here *Entry // patterns that end here
	rest *Entry // patterns that end with ">" here
}

func newNode(path string, off int) *node {
	return &node{item: item{path, &nodeMark}, kids: slots{off: uint8(off), byToken: true}}
}

// add puts the chain below n. The chain is one entry, or all with the same pattern when n is new.
func (n *node) add(chain *Entry) {
	p := chain.path
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
			h = Hash(tok)
			slot = n.kids.slot(h, tok)
		}
		switch {
		case slot == nil:
			n.kids.insert(h, &chain.item)
			return
		case *slot == nil:
			*slot = &chain.item
			return
		}
		if !(*slot).isNode() {
			leaf := (*slot).entry()
			if leaf.path == p {
				*slot = &chain.push(leaf).item
				return
			}
			child := newNode(p, next)
			child.add(leaf)
			*slot = &child.item
		}
		n = (*slot).node()
	}
}

// remove takes one entry out, and the nodes that are not needed any more. It reports nothing:
// the subscription must be there.
func (n *node) remove(s *Entry) {
	p, off := s.path, int(n.kids.off)
	if off > len(p) {
		n.here = s.unlink(n.here)
		return
	}
	tok, _ := token(p, off)
	if tok == ">" {
		n.rest = s.unlink(n.rest)
		return
	}
	slot, h := &n.star, uint64(0)
	if tok != "*" {
		h = Hash(tok)
		slot = n.kids.slot(h, tok)
	}
	var left *item
	if (*slot).isNode() {
		child := (*slot).node()
		child.remove(s)
		left = child.reduced()
	} else if head := s.unlink((*slot).entry()); head != nil {
		left = &head.item
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
func (n *node) reduced() *item {
	var only *item
	count := int(n.kids.count)
	for _, chain := range []*Entry{n.here, n.rest} {
		if chain != nil {
			only = &chain.item
			count++
		}
	}
	if n.star != nil {
		only = n.star
		count++
	}
	if count > 1 {
		return &n.item
	}
	n.kids.each(func(it *item) bool { only = it; return true })
	if only != nil && only.isNode() {
		return &n.item
	}
	return only
}
