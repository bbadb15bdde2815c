package bus

import (
	"errors"
	"strconv"

	"github.com/trolleybus/trolleybus/bus/internal/brief"
)

// VersionError is what a publisher gets whose event is of a version that cannot be brought to that of its
// topic. Nobody got the event.
type VersionError struct {
	Topic   string
	Version string // of the event
	Current int    // of the topic
	Reason  string
	Err     error // of the Upcast that failed, if that is the reason
}

func (e *VersionError) Error() string {
	return "bus: topic " + brief.Quote(e.Topic) + " is at version " + strconv.Itoa(e.Current) + " and cannot take version " + brief.Quote(e.Version) + ": " + brief.Cut(e.Reason, brief.Told)
}
func (e *VersionError) Code() string { return "TB_VERSION" }
func (e *VersionError) Unwrap() []error {
	if e.Err != nil {
		return []error{ErrVersion, e.Err}
	}
	return []error{ErrVersion}
}

// Version declares which version the data of a topic is of, from 1. An event that gives an older one
// (WithVersion) is brought to it by Upcast, before it is validated; without one it is taken to be of this
// version. A newer one is a *VersionError.
func Version(n int) TopicOption {
	return func(d *declaration) error {
		if err := checkNumber("Version", n, 1, maxVersion); err != nil {
			return err
		}
		s := newSchema(d)
		if s.version != 0 && s.version != n {
			return &OptionError{"Version", "the topic was already declared with " + strconv.Itoa(s.version)}
		}
		s.version = n
		return nil
	}
}

type upcast struct {
	key any
	run func(*Event) (any, error)
}

// Upcast makes data of version from that of the next one. Data that is no From, or an error of f, is a
// *VersionError of the publisher. f must not publish.
func Upcast[From, To any](from int, f func(From) (To, error)) TopicOption {
	return func(d *declaration) error {
		if err := checkNumber("Upcast", from, 1, maxVersion); err != nil {
			return err
		}
		if f == nil {
			return &OptionError{"Upcast", "the function must not be nil"}
		}
		s := newSchema(d)
		u := upcast{key: identity(&f), run: func(e *Event) (any, error) {
			v, err := As[From](e)
			if err != nil {
				return nil, err
			}
			var next To
			err = guard(func(v From) (err error) {
				next, err = f(v)
				return err
			}, v)
			return next, err
		}}
		if old, ok := s.upcasts[from]; ok && old.key != u.key {
			return &OptionError{"Upcast", "the topic was already declared with another one from " + strconv.Itoa(from)}
		}
		if s.upcasts == nil {
			s.upcasts = make(map[int]upcast)
		}
		s.upcasts[from] = u
		return nil
	}
}

// complete says what is wrong with the options of a declaration together.
func (s *schema) complete() error {
	for from := range s.upcasts {
		if from >= s.version {
			return &OptionError{"Upcast", "from " + strconv.Itoa(from) + " leads beyond Version " + strconv.Itoa(s.version)}
		}
	}
	return nil
}

// bring makes e an event of the topic's version.
func (s *schema) bring(e *Event) error {
	if given := e.Version(); given != "" && given != strconv.Itoa(s.version) {
		if err := s.upcast(e, given); err != nil {
			return err
		}
		a := *e.given()
		a.dataSchema = "" // it was that of the old version
		e.attrs = &a
	}
	s.stamp(e)
	return nil
}

// stamp says of e that it is of the topic's version.
func (s *schema) stamp(e *Event) {
	if current := strconv.Itoa(s.version); e.Version() != current {
		a := *e.given()
		a.version = current
		e.attrs = &a
	}
}

func (s *schema) upcast(e *Event, given string) error {
	wrong := func(reason string, err error) error {
		return &VersionError{Topic: e.Topic, Version: given, Current: s.version, Reason: reason, Err: err}
	}
	from, err := strconv.Atoi(given)
	if err != nil || from < 1 || strconv.Itoa(from) != given {
		return wrong("it is no whole number from 1", nil)
	}
	if from > s.version {
		return wrong("it is newer", nil)
	}
	step := &Event{Topic: e.Topic, Data: e.Data, bus: e.bus}
	for ; from < s.version; from++ {
		u, ok := s.upcasts[from]
		if !ok {
			return wrong("there is no upcast from "+strconv.Itoa(from), nil)
		}
		if step.Data, err = u.run(step); err != nil {
			return wrong("the upcast from "+strconv.Itoa(from)+" failed: "+failureText(err), err)
		}
	}
	e.Data = step.Data
	return nil
}

// failureText is the text of an error of the user's, whose Error method may panic.
func failureText(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = "with an error that panics"
		}
	}()
	var panicked *PanicError
	if errors.As(err, &panicked) {
		return "it panicked: " + panicText(panicked.Value)
	}
	var wrong *PayloadError
	if errors.As(err, &wrong) {
		return wrong.Detail
	}
	return err.Error()
}
