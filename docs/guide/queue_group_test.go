package guide_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_queueGroup() {
	b := bus.New(bus.Options{})
	defer b.Close()
	done := map[string][]string{}
	for _, name := range []string{"left", "right"} {
		_, err := b.Subscribe("thumbnail.*", func(_ context.Context, e *bus.Event) error {
			done[name] = append(done[name], e.Data.(string))
			return nil
		}, bus.Name(name), bus.Queue("thumbnails"))
		if err != nil {
			panic(err)
		}
	}
	for _, file := range []string{"a", "b", "c", "d"} {
		if err := b.Publish(context.Background(), "thumbnail.wanted", file); err != nil {
			panic(err)
		}
	}
	fmt.Println(strings.Join(done["left"], " "), "|", strings.Join(done["right"], " "))
	// Output: a c | b d
}
