package subject_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/trolleybus/trolleybus/bus/subject"
)

func ExampleCheck() {
	var wrong *subject.Error
	for _, topic := range []string{"order.eu.placed", "order..placed", "order.*"} {
		if err := subject.Check(topic); errors.As(err, &wrong) {
			fmt.Println(topic, "at", wrong.Pos, wrong.Reason)
		}
	}
	// Output:
	// order..placed at 6 has an empty token
	// order.* at 6 '*' belongs in patterns, not in topics
}

func ExampleCheckPattern() {
	err := subject.CheckPattern("order.>.placed")
	fmt.Println(err)
	fmt.Println(errors.Is(err, subject.ErrPattern))
	// Output:
	// bus: pattern "order.>.placed": '>' must be the last token (at byte 6)
	// true
}

func ExampleMatch() {
	for _, pattern := range []string{"order.*.placed", "order.>", "order.*", "*.bus"} {
		fmt.Println(pattern, subject.Match(pattern, "order.eu.placed"))
	}
	// Output:
	// order.*.placed true
	// order.> true
	// order.* false
	// *.bus false
}

// A peer is interested in some topics. Its Entry is its place in the index.
type peer struct {
	subject.Entry
	name string
}

// peers may be asked and changed by several goroutines.
type peers struct {
	mu    sync.RWMutex
	index subject.Index[*peer]
}

func (p *peers) add(pattern, name string) (*peer, error) {
	if err := subject.CheckPattern(pattern); err != nil {
		return nil, err
	}
	one := &peer{subject.NewEntry(pattern), name}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.index.Insert(one)
	return one, nil
}

func (p *peers) of(topic string) (names []string) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, one := range p.index.Match(topic, nil) {
		names = append(names, one.name)
	}
	slices.Sort(names) // they come in no order
	return names
}

func ExampleIndex() {
	var all peers
	for pattern, name := range map[string]string{"order.>": "shop", "order.*.placed": "stock", "chat.room.7": "guest"} {
		if _, err := all.add(pattern, name); err != nil {
			panic(err)
		}
	}
	fmt.Println(all.of("order.eu.placed"), all.of("chat.room.7"), all.of("chat.room.8"))
	// Output: [shop stock] [guest] []
}

func ExampleTree() {
	var temperatures subject.Tree[float64]
	temperatures.Add("room.1.temperature", 20.5)
	temperatures.Add("room.2.temperature", 18)
	temperatures.Add("hall.temperature", 16)
	found := temperatures.Match("room.*.temperature", nil)
	slices.Sort(found)
	fmt.Println(found)
	// Output: [18 20.5]
}

func ExampleTokens() {
	fmt.Println(slices.Collect(subject.Tokens("order.eu.placed")))
	// Output: [order eu placed]
}
