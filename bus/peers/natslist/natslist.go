// Package natslist opens nats-server's subscription list, which the server exports without a way to make
// the subscriptions that it holds.
package natslist

import (
	"reflect"
	"unsafe"

	"github.com/nats-io/nats-server/v2/server"
)

// List is a sublist without its cache of results.
type List struct {
	list *server.Sublist
	kind reflect.Type // of a subscription
	at   uintptr      // of its subject
}

// Handle is a subscription in a List.
type Handle struct{ value reflect.Value }

// New returns an empty list.
func New() *List {
	l := &List{list: server.NewSublistNoCache()}
	l.kind = reflect.TypeOf((*server.Sublist).Insert).In(1).Elem()
	subject, ok := l.kind.FieldByName("subject")
	if !ok || subject.Type != reflect.TypeFor[[]byte]() {
		panic("nats-server's subscription has no subject any more")
	}
	l.at = subject.Offset
	return l
}

// Insert adds a subscription.
func (l *List) Insert(pattern string) (Handle, error) {
	v := reflect.New(l.kind)
	*(*[]byte)(unsafe.Add(v.UnsafePointer(), l.at)) = []byte(pattern)
	return Handle{v}, l.call("Insert", v)
}

// Remove takes a subscription out.
func (l *List) Remove(h Handle) error { return l.call("Remove", h.value) }

func (l *List) call(method string, v reflect.Value) error {
	err, _ := reflect.ValueOf(l.list).MethodByName(method).Call([]reflect.Value{v})[0].Interface().(error)
	return err
}

// Match returns how many subscriptions topic has, from the result that the list makes for a publisher.
func (l *List) Match(topic string) int {
	// The first field of the result is the slice of plain subscriptions.
	return len(*(*[]unsafe.Pointer)(unsafe.Pointer(l.list.Match(topic))))
}
