package topics

import (
	"errors"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// check returns what is wrong with a topic that is to be published, as bus.NewTopic does; nil if nothing is.
func check(topic string) (wrong *subject.Error) {
	err := subject.Check(topic)
	if err == nil {
		err = subject.CheckUnreserved(topic)
	}
	errors.As(err, &wrong)
	return wrong
}
