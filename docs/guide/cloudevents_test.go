package guide_test

import (
	"context"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/cloudevents"
)

func Example_cloudEvents() {
	b := bus.New(bus.Options{Name: "/shop"})
	defer b.Close()
	_, err := b.Subscribe("order.*", func(_ context.Context, e *bus.Event) error {
		text, err := cloudevents.Marshal(e)
		fmt.Println(string(text))
		return err
	})
	if err != nil {
		panic(err)
	}
	in, err := cloudevents.Unmarshal([]byte(`{"specversion":"1.0","id":"e-1","source":"/till","type":"order.placed","data":"A-1"}`))
	if err != nil {
		panic(err)
	}
	in.Time = time.UnixMilli(0)
	if err := b.PublishEvent(context.Background(), in); err != nil {
		panic(err)
	}
	// Output: {"specversion":"1.0","id":"e-1","source":"/till","type":"order.placed","time":"1970-01-01T00:00:00.000Z","datacontenttype":"application/json","correlationid":"e-1","data":"A-1"}
}
