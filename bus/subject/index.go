package subject

import "unsafe"

// Index finds what was inserted under a pattern by a topic that the pattern matches: in well under a microsecond among a
// million patterns, without allocating. E is a pointer to a struct that embeds an Entry as its first field:
//
//	type client struct {
//		subject.Entry
//		conn net.Conn
//	}
//	var clients subject.Index[*client]
//
// The zero value is empty. Methods that change the index must not run while others do.
type Index[E Element] struct{ index }

// Element is a pointer to a struct that embeds an Entry.
type Element interface{ place() *Entry }

// Insert puts an element in under its Entry's pattern. Several may have the same one. It must not be in an index already.
// Insert panics if the Entry is not the first field.
func (x *Index[E]) Insert(element E) {
	if x.count == 0 && (unsafe.Sizeof(element) != unsafe.Sizeof(&nodeMark) || element.place() != entryOf(element)) {
		panic("subject: the Entry is not the first field of what an Index holds")
	}
	x.insert(entryOf(element))
}

// Remove takes out what Insert has put in, and is not removed yet.
func (x *Index[E]) Remove(element E) { x.remove(entryOf(element)) }

// Clear takes all out and returns them, in no order.
func (x *Index[E]) Clear() []E {
	all := make([]E, 0, x.count)
	x.Each(func(element E) bool { all = append(all, element); return true })
	for _, element := range all {
		e := entryOf(element)
		e.next, e.prev = nil, nil
	}
	x.index = index{}
	return all
}

// Match appends all whose patterns match a valid topic, in no order.
func (x *Index[E]) Match(topic string, buf []E) []E { return x.MatchHash(topic, Hash(topic), buf) }

// MatchHash is Match for who knows the Hash of the topic already.
func (x *Index[E]) MatchHash(topic string, hash uint64, buf []E) []E {
	// Pointers to a struct and to its first field are the same: the search is compiled once for all types.
	found := x.match(topic, hash, *(*[]*Entry)(unsafe.Pointer(&buf)))
	return *(*[]E)(unsafe.Pointer(&found))
}

// entryOf and elementOf undo the embedding at offset 0.
func entryOf[E Element](element E) *Entry { return *(**Entry)(unsafe.Pointer(&element)) }
func elementOf[E Element](e *Entry) E     { return *(*E)(unsafe.Pointer(&e)) }

// Literals returns how many different patterns without a wildcard there are.
func (x *Index[E]) Literals() int { return int(x.literals.count) }

// HasLiteral reports whether something is in under this very topic.
func (x *Index[E]) HasLiteral(topic string) bool {
	return x.literals.slot(Hash(topic), topic) != nil
}

// EachLiteral calls f with each different pattern without a wildcard, in no order, until it returns false. f must not
// change the index.
func (x *Index[E]) EachLiteral(f func(topic string) bool) {
	x.literals.each(func(it *item) bool { return f(it.path) })
}

// Each calls f with all there are, in no order, until it returns false. f must not change the index.
func (x *Index[E]) Each(f func(E) bool) {
	x.each(func(e *Entry) bool { return f(elementOf[E](e)) })
}

// Len returns how many there are.
func (x *Index[E]) Len() int { return x.count }

// index is an Index of entries.
type index struct {
	literals slots
	wild     node
	wilds    int
	count    int
}

func (x *index) insert(e *Entry) {
	x.count++
	if !IsLiteral(e.path) {
		x.wilds++
		x.wild.kids.byToken = true
		x.wild.add(e)
		return
	}
	h := Hash(e.path)
	if slot := x.literals.slot(h, e.path); slot != nil {
		*slot = &e.push((*slot).entry()).item
		return
	}
	x.literals.insert(h, &e.item)
}

func (x *index) remove(e *Entry) {
	x.count--
	if !IsLiteral(e.path) {
		x.wilds--
		x.wild.remove(e)
		return
	}
	h := Hash(e.path)
	slot := x.literals.slot(h, e.path)
	if head := e.unlink((*slot).entry()); head != nil {
		*slot = &head.item
		return
	}
	x.literals.delete(h, e.path)
}

func (x *index) match(topic string, h uint64, buf []*Entry) []*Entry {
	home, found := 0, uint64(0)
	if x.literals.count > 0 {
		home, found = x.literals.probe(h)
	}
	if x.wilds > 0 {
		var s search
		buf = s.match(&x.wild, topic, buf)
	}
	if slot := x.literals.find(h, topic, home, found); slot != nil {
		buf = (*slot).entry().appendTo(buf)
	}
	return buf
}

func (x *index) each(f func(*Entry) bool) {
	if x.literals.each(func(it *item) bool { return it.entry().eachOf(f) }) {
		x.wild.each(f)
	}
}

func (n *node) each(f func(*Entry) bool) bool {
	visit := func(it *item) bool {
		switch {
		case it == nil:
			return true
		case it.isNode():
			return it.node().each(f)
		}
		return it.entry().eachOf(f)
	}
	return n.here.eachOf(f) && n.rest.eachOf(f) && visit(n.star) && n.kids.each(visit)
}
