package cloudevents_test

import (
	"context"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/cloudevents"
)

func Example() {
	shop, warehouse := bus.New(bus.Options{Name: "/shop"}), bus.New(bus.Options{Name: "/warehouse"})
	defer shop.Close()
	defer warehouse.Close()
	ctx := context.Background()

	// What the wire would be.
	var text []byte
	_, err := shop.Subscribe("order.placed", func(_ context.Context, e *bus.Event) (err error) {
		text, err = cloudevents.Marshal(e)
		return err
	})
	if err != nil {
		panic(err)
	}
	_, err = warehouse.Subscribe("order.*", func(_ context.Context, e *bus.Event) error {
		o, err := bus.As[struct{ Number int }](e)
		fmt.Println(e.Source(), e.Topic, o.Number)
		return err
	})
	if err != nil {
		panic(err)
	}

	err = shop.PublishEvent(ctx, bus.EventInit{Topic: "order.placed", ID: "1", Time: time.UnixMilli(0), Data: map[string]int{"number": 7}})
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
	in, err := cloudevents.Unmarshal(text)
	if err != nil {
		panic(err)
	}
	if err := warehouse.PublishEvent(ctx, in); err != nil {
		panic(err)
	}
	// Output:
	// {"specversion":"1.0","id":"1","source":"/shop","type":"order.placed","time":"1970-01-01T00:00:00.000Z","datacontenttype":"application/json","correlationid":"1","data":{"number":7}}
	// /shop order.placed 7
}
