package subject

// Tree is the reverse of an Index: it finds what was added under a topic by a pattern that matches the topic, token by
// token, so that it costs what may match and not what there is. The zero value is empty. Methods that change it must not
// run while others do.
type Tree[T any] struct{ root branches[T] }

// Add puts a value in under a valid topic, which must not be there yet.
func (t *Tree[T]) Add(topic string, value T) { t.root.add(&leaf[T]{topic, value}, 0) }

// Match appends the values whose topics a valid pattern matches, in no order.
func (t *Tree[T]) Match(pattern string, buf []T) []T { return t.root.match(pattern, 0, false, buf) }

type leaf[T any] struct {
	topic string
	value T
}

// branches is a place in a Tree, reached by some tokens.
type branches[T any] struct {
	// only is the one topic below this place, which then has no places of its own.
	only *leaf[T]
	here *leaf[T] // whose topic ends here
	next map[string]*branches[T]
}

// add puts in a leaf; off is where the rest of its topic begins.
func (b *branches[T]) add(l *leaf[T], off int) {
	if b.only == nil && b.here == nil && b.next == nil {
		b.only = l
		return
	}
	if only := b.only; only != nil {
		b.only = nil
		b.put(only, off)
	}
	b.put(l, off)
}

func (b *branches[T]) put(l *leaf[T], off int) {
	if off > len(l.topic) {
		b.here = l
		return
	}
	tok, next := token(l.topic, off)
	child := b.next[tok]
	if child == nil {
		if b.next == nil {
			b.next = make(map[string]*branches[T])
		}
		child = new(branches[T])
		b.next[tok] = child
	}
	child.add(l, next)
}

// match is Tree.Match from here. off is where the rest of the pattern begins; below says that a ">" has been passed.
func (b *branches[T]) match(pattern string, off int, below bool, buf []T) []T {
	if b.only != nil {
		if Match(pattern, b.only.topic) {
			buf = append(buf, b.only.value)
		}
		return buf
	}
	ended := off > len(pattern)
	if b.here != nil && (ended || below) {
		buf = append(buf, b.here.value)
	}
	if ended {
		return buf
	}
	tok, next := token(pattern, off)
	if tok != "*" && tok != ">" {
		if child := b.next[tok]; child != nil {
			buf = child.match(pattern, next, false, buf)
		}
		return buf
	}
	for first, child := range b.next {
		switch {
		case off == 0 && !below && IsReserved(first):
		case tok == ">":
			buf = child.match(pattern, off, true, buf)
		default:
			buf = child.match(pattern, next, false, buf)
		}
	}
	return buf
}
