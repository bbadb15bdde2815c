package bus_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/trolleybus/trolleybus/bus"
)

// What only a host calls is on its Port: the methods of a bus and of what it hands out are for users.
func TestUsersSeeNoMethodOfHosts(t *testing.T) {
	for value, want := range map[any]string{
		(*bus.Bus)(nil): "Attach Clear Close DeadLetters Declare Discard Events Gather Join Last Name NewEvent Observe Pressure Publish PublishEvent Redrive Request Respond " +
			"Stats Subscribe Subscriptions Topics Use",
		(*bus.Subscription)(nil): "Active Dropped Name Pattern Unsubscribe",
		(*bus.Event)(nil):        "CausationID CorrelationID DataContentType DataSchema Decode Extensions ID Init Key Source Subject Time TraceParent Version",
		(*bus.DeadLetter)(nil):   "",
		(*bus.LetterChange)(nil): "",
		(*bus.Exchange)(nil):     "",
		(*bus.Joint)(nil): "Admit Asks ClearRetained Close Deliver Forget Name PublishReserved Request Respond Retained RetainedTopics SetRetained " +
			"Subscribe Via",
	} {
		var got []string
		for of, i := reflect.TypeOf(value), 0; i < of.NumMethod(); i++ {
			got = append(got, of.Method(i).Name)
		}
		assert.Equal(t, want, strings.Join(got, " "), "%T", value)
	}
}
