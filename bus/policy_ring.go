package bus

// ring is a list of which the first task leaves first. It grows and shrinks with what is in it.
type ring struct {
	slots  []task
	head   int
	length int
}

func (r *ring) at(i int) *task { return &r.slots[(r.head+i)%len(r.slots)] }

// push puts a task at the end. most, if it is not 0, is how many the owner means there to be.
func (r *ring) push(v task, most int) {
	if r.length == len(r.slots) {
		r.resize(max(8, 2*r.length), most)
	}
	r.length++
	*r.at(r.length - 1) = v
}

// pop takes the first task out, which the owner knows is there.
func (r *ring) pop() task {
	slot := r.at(0)
	v := *slot
	*slot = task{}
	r.head = (r.head + 1) % len(r.slots)
	r.length--
	if len(r.slots) > 64 && r.length < len(r.slots)/8 {
		r.resize(len(r.slots)/4, 0)
	}
	return v
}

func (r *ring) resize(size, most int) {
	if most > r.length {
		size = min(size, most)
	}
	slots := make([]task, max(size, r.length+1))
	if r.length > 0 {
		n := copy(slots, r.slots[r.head:min(len(r.slots), r.head+r.length)])
		copy(slots[n:], r.slots[:r.length-n])
	}
	r.slots, r.head = slots, 0
}
