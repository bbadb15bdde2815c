package subject

import "unsafe"

// Entry is the place of something in an Index, which embeds it as its first field: so an index of a million takes little
// memory beside what it holds.
type Entry struct {
	item
	prev *Entry // see next
}

// NewEntry returns the entry of a valid pattern, in no index yet.
func NewEntry(pattern string) Entry { return Entry{item: item{path: pattern}} }

// Pattern returns the pattern.
func (e *Entry) Pattern() string { return e.path }

func (e *Entry) place() *Entry { return e }

// item is the beginning of what slots hold: of an Entry (the head of a chain of those with the same pattern) or of a node
// of the trie. One pointer to it, where an interface takes two words, makes a bucket fit a cache line, and path and
// kind are read in one more.
type item struct {
	path string // an entry's pattern, or a pattern that leads through the node
	next *Entry // with the same pattern; nodeMark in a node
}

// nodeMark tells nodes from entries.
var nodeMark Entry

func (it *item) isNode() bool { return it.next == &nodeMark }

// entry and node undo the embedding at offset 0.
func (it *item) entry() *Entry { return (*Entry)(unsafe.Pointer(it)) }
func (it *item) node() *node   { return (*node)(unsafe.Pointer(it)) }

// Entries with the same pattern form a chain, the newest first, by their next and prev.

// push puts the chain e before head and returns the new head. When head is not nil e is one entry.
func (e *Entry) push(head *Entry) *Entry {
	if head != nil {
		e.next = head
		head.prev = e
	}
	return e
}

// unlink takes e out of its chain and returns the head that the chain has then.
func (e *Entry) unlink(head *Entry) *Entry {
	if e.next != nil {
		e.next.prev = e.prev
	}
	if e.prev != nil {
		e.prev.next = e.next
	}
	if head == e {
		head = e.next
	}
	e.next, e.prev = nil, nil
	return head
}

func (e *Entry) appendTo(buf []*Entry) []*Entry {
	for ; e != nil; e = e.next {
		buf = append(buf, e)
	}
	return buf
}

func (e *Entry) eachOf(f func(*Entry) bool) bool {
	for ; e != nil; e = e.next {
		if !f(e) {
			return false
		}
	}
	return true
}
