package subject

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// numbered is what the tests put into an Index.
type numbered struct {
	Entry
	order uint64
}

// oracle is the index as a list.
type oracle []*numbered

func (o oracle) match(topic string) []*numbered {
	var found []*numbered
	for _, s := range o {
		if naiveMatch(s.path, topic) {
			found = append(found, s)
		}
	}
	return found
}

// program drives an index and the oracle through the same steps and compares them.
type program struct {
	t     testing.TB
	index Index[*numbered]
	live  oracle
	order uint64
}

func newProgram(t testing.TB) *program {
	return &program{t: t}
}

func (p *program) add(pattern string) {
	p.order++
	s := &numbered{NewEntry(pattern), p.order}
	p.index.Insert(s)
	p.live = append(p.live, s)
}

func (p *program) remove(i int) {
	p.index.Remove(p.live[i])
	p.live = slices.Delete(p.live, i, i+1)
}

func (p *program) check(topic string) {
	p.t.Helper()
	got := sorted(p.index.Match(topic, nil))
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
	if p.index.literals.buckets != nil || p.index.wild.kids.buckets != nil || p.index.wild.star != nil ||
		p.index.wild.rest != nil || p.index.wild.here != nil || p.index.Len() != 0 || p.index.wilds != 0 {
		p.t.Fatal("something is left in the index")
	}
}

func sorted(found []*numbered) []*numbered {
	slices.SortFunc(found, func(a, b *numbered) int { return cmp.Compare(a.order, b.order) })
	return found
}

func patterns(subs []*numbered) []string {
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
			var seen []*numbered
			p.index.Each(func(s *numbered) bool { seen = append(seen, s); return true })
			sorted(seen)
			require.Equal(t, []*numbered(p.live), slices.Clip(seen), "each visits all, once")
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
		got := sorted(p.index.Match("fleet."+name(i)+".position", nil))
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
			p.index.Remove(s)
		}
		topic := "fleet." + name(i) + ".position"
		require.Empty(t, sorted(p.index.Match(topic, nil)))
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
				if CheckPattern(name) == nil {
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

// What embeds its Entry elsewhere would be found at the wrong place.
func TestAnEntryMustBeTheFirstField(t *testing.T) {
	type late struct {
		_ string
		Entry
	}
	var x Index[*late]
	require.Panics(t, func() { x.Insert(&late{Entry: NewEntry("a")}) })
	require.Zero(t, x.Len())
	var y Index[Element]
	require.Panics(t, func() { y.Insert(&numbered{Entry: NewEntry("a")}) })
}

func TestLiterals(t *testing.T) {
	p := newProgram(t)
	for _, pattern := range []string{"a", "a", "a.b", "a.*", "*", ">"} {
		p.add(pattern)
	}
	var topics []string
	p.index.EachLiteral(func(topic string) bool { topics = append(topics, topic); return true })
	require.ElementsMatch(t, []string{"a", "a.b"}, topics)
	require.Equal(t, []int{2, 6}, []int{p.index.Literals(), p.index.Len()})
	for topic, want := range map[string]bool{"a": true, "a.b": true, "a.c": false, "*": false, "a.*": false} {
		require.Equal(t, want, p.index.HasLiteral(topic), topic)
	}
}

func TestAMatchAllocatesNothing(t *testing.T) {
	p := newProgram(t)
	for i := range 1000 {
		p.add("fleet." + strconv.Itoa(i) + ".*")
		p.add("*." + strconv.Itoa(i) + ".>")
	}
	buf := make([]*numbered, 0, 8)
	require.Zero(t, testing.AllocsPerRun(100, func() { buf = p.index.Match("fleet.7.position", buf[:0]) }))
	require.Len(t, buf, 2)
}
