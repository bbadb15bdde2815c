package bus

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// oracle is the table as a list.
type oracle []*Subscription

func (o oracle) match(topic string) []*Subscription {
	var found []*Subscription
	for _, s := range o {
		if naiveMatch(s.path, topic) {
			found = append(found, s)
		}
	}
	return found
}

// program drives a table and the oracle through the same steps and compares them.
type program struct {
	t     testing.TB
	table table
	live  oracle
	order uint64
}

func newProgram(t testing.TB) *program {
	p := &program{t: t}
	p.table.init()
	return p
}

func (p *program) add(pattern string) {
	p.order++
	s := &Subscription{order: p.order}
	s.path = pattern
	p.table.add(s)
	p.live = append(p.live, s)
}

func (p *program) remove(i int) {
	p.table.remove(p.live[i])
	p.live = slices.Delete(p.live, i, i+1)
}

func (p *program) check(topic string) {
	p.t.Helper()
	got := p.table.match(topic, hashOf(topic), nil)
	want := p.live.match(topic)
	if !slices.Equal(got, want) {
		p.t.Fatalf("%s: got %v, want %v of %v", topic, patterns(got), patterns(want), patterns(p.live))
	}
}

func (p *program) checkEmpty() {
	p.t.Helper()
	for len(p.live) > 0 {
		p.remove(len(p.live) / 2)
	}
	if p.table.literals.buckets != nil || p.table.wild.kids.buckets != nil || p.table.wild.star != nil ||
		p.table.wild.rest != nil || p.table.wild.here != nil || p.table.count != 0 || p.table.wilds != 0 {
		p.t.Fatal("something is left in the table")
	}
}

func patterns(subs []*Subscription) []string {
	var all []string
	for _, s := range subs {
		all = append(all, s.path+"#"+strconv.FormatUint(s.order, 10))
	}
	return all
}

func TestTableAgainstOracle(t *testing.T) {
	for seed := range uint64(60) {
		t.Run("seed "+strconv.FormatUint(seed, 10), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			p := newProgram(t)
			for range 600 {
				switch n := r.IntN(10); {
				case n < 4 || len(p.live) == 0:
					if r.IntN(3) == 0 {
						p.add(randomTopic(r))
					} else {
						p.add(randomPattern(r))
					}
				case n < 7:
					p.remove(r.IntN(len(p.live)))
				default:
					p.check(randomTopic(r))
				}
			}
			var seen []*Subscription
			p.table.each(func(s *Subscription) bool { seen = append(seen, s); return true })
			sortByOrder(seen)
			require.Equal(t, []*Subscription(p.live), slices.Clip(seen), "each visits all, once")
			p.checkEmpty()
		})
	}
}

// TestTableLarge makes indexes overflow, grow and shrink.
func TestTableLarge(t *testing.T) {
	p := newProgram(t)
	const n = 20_000
	name := func(i int) string { return "v" + strconv.Itoa(i*7919) }
	for i := range n {
		p.add("fleet." + name(i) + ".position")
		p.add("fleet." + name(i) + ".*")
		p.add("*." + name(i) + ".>")
	}
	exact := func(i int) {
		got := p.table.match("fleet."+name(i)+".position", hashOf("fleet."+name(i)+".position"), nil)
		require.Len(t, got, 3)
		for k, s := range got {
			require.Equal(t, uint64(3*i+k+1), s.order)
		}
	}
	for i := range n {
		exact(i)
	}
	subs := slices.Clone(p.live)
	r := rand.New(rand.NewPCG(3, 3))
	for k, i := range r.Perm(n) {
		if k < n/10 {
			exact(i)
		}
		for _, s := range subs[3*i : 3*i+3] {
			p.table.remove(s)
		}
		topic := "fleet." + name(i) + ".position"
		require.Empty(t, p.table.match(topic, hashOf(topic), nil))
	}
	p.live = nil
	p.checkEmpty()
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x10\x20\x30\x40\x50\x60\x70\x80\x90"))
	f.Add([]byte("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbcccccccccccccccc"))
	f.Fuzz(func(t *testing.T, code []byte) {
		p := newProgram(t)
		for len(code) >= 5 {
			// One byte says what, four choose the tokens.
			op, toks := code[0], code[1:5]
			code = code[5:]
			name := fuzzName(toks, op%4 < 2)
			switch {
			case op%4 == 3 && len(p.live) > 0:
				p.remove(int(toks[0]) % len(p.live))
			case op%4 == 2:
				p.check(name)
			default:
				if ValidatePattern(name) == nil {
					p.add(name)
				}
			}
		}
		p.checkEmpty()
	})
}

func fuzzName(toks []byte, pattern bool) string {
	name := ""
	for i, c := range toks {
		if i > 0 && c < 64 {
			break
		}
		if i > 0 {
			name += "."
		}
		tok := vocabulary[int(c)%len(vocabulary)]
		if pattern && c%8 == 1 {
			tok = "*"
		} else if pattern && c%8 == 3 {
			tok = ">"
		}
		name += tok
	}
	return name
}

func TestIndexSaturated(t *testing.T) {
	// All items in one home bucket: look-ups must find them beyond it, and deletion must not lose others.
	const n = 600
	x := index{whole: true, buckets: make([]bucket, 200)}
	h := uint64(5) << 40
	var subs []*Subscription
	for i := range n {
		s := new(Subscription)
		s.path = "k" + strconv.Itoa(i)
		subs = append(subs, s)
		x.put(h, &s.item)
		x.count++
	}
	for i, s := range subs {
		require.NotNil(t, x.slot(h, s.path))
		if i%2 == 0 {
			x.delete(h, s.path)
			require.Nil(t, x.slot(h, s.path))
		}
		if x.count < 210 {
			break // beyond this it would shrink, and rehash by the real hash
		}
	}
	for i := 1; i < n; i += 2 {
		require.NotNil(t, x.slot(h, subs[i].path), "item %d", i)
	}
}

func TestSizes(t *testing.T) {
	// What the figures of the documentation stand on, on 64-bit machines.
	if strconv.IntSize == 64 {
		require.EqualValues(t, 80, unsafe.Sizeof(Subscription{}))
		require.EqualValues(t, 64, unsafe.Sizeof(bucket{}))
	}
	require.Zero(t, unsafe.Offsetof(Subscription{}.item))
	require.Zero(t, unsafe.Offsetof(node{}.item))
}
