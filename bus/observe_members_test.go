package bus

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

// An observer with one member alone has to be told of what that sees, whichever it is.
func TestEveryMemberOfAnObserverButInterestWatchesEvents(t *testing.T) {
	fields := reflect.TypeFor[Observer]()
	for i := range fields.NumField() {
		f := fields.Field(i)
		var o Observer
		reflect.ValueOf(&o).Elem().Field(i).Set(reflect.MakeFunc(f.Type, func([]reflect.Value) []reflect.Value { return nil }))
		assert.Equal(t, f.Name != "Interest", o.watches(), f.Name)
	}
}
