package bus

// ring is a list of which the first task leaves first. It grows, and keeps its room: what filled it once will
// again, and to make it anew each time costs more.
type ring struct {
	slots  []task
	head   int
	length int
}

func (r *ring) at(i int) *task { return &r.slots[(r.head+i)%len(r.slots)] }

// push puts a task at the end. most, if it is not 0, is how many the owner means there to be.
func (r *ring) push(v task, most int) {
	if n := r.length; n == len(r.slots) {
		size := max(8, 2*n)
		if most > n {
			size = min(size, most)
		}
		slots := make([]task, size)
		n = copy(slots, r.slots[r.head:])
		copy(slots[n:], r.slots[:r.head])
		r.slots, r.head = slots, 0
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
	return v
}
