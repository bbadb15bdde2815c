package bus

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"github.com/trolleybus/trolleybus/bus/internal/brief"
)

// Issue is one thing that is wrong with data.
type Issue struct {
	Message string
	// Path leads there from the top, by member names and indexes; empty for the data as a whole.
	Path []string
}

// SchemaError is what a publisher gets whose data is not what was declared of the topic. Nobody got the
// event.
type SchemaError struct {
	Topic  string
	Issues []Issue
	Err    error // what the validation returned, if that was an error of Go's
}

func (e *SchemaError) Error() string {
	const most = 5
	text := "bus: data of " + brief.Quote(e.Topic) + " does not match its schema: "
	for i, issue := range e.Issues {
		if i == most {
			return text + "; and " + strconv.Itoa(len(e.Issues)-most) + " more"
		}
		if i > 0 {
			text += "; "
		}
		text += brief.Cut(strings.Join(append([]string{"$"}, issue.Path...), "."), brief.Quoted) + ": " + brief.Cut(issue.Message, brief.Told)
	}
	return text
}
func (e *SchemaError) Code() string { return "TB_SCHEMA" }
func (e *SchemaError) Unwrap() []error {
	if e.Err != nil {
		return []error{ErrSchema, e.Err}
	}
	return []error{ErrSchema}
}

// check is one validation of a topic.
type check struct {
	key   any                // the same for the same validation declared again
	event func(*Event) error // for data of any type
	typed any                // func(T) error, for a Topic[T]
}

// Validate declares that the data of a topic is a T for which valid returns nil. Anything else is a
// *SchemaError of its publisher, in Go or JavaScript, and nobody gets it. An error that was made by
// errors.Join is an issue for each of its parts; one that is a *SchemaError gives its Issues, with their
// paths. valid runs on the publisher's goroutine and must not publish.
//
// NewTopic declares the same of a T that has a method Validate() error, with the value or a pointer as
// receiver. The pointer is to a copy: what the method changes is lost, and it must not keep the pointer.
func Validate[T any](valid func(v T) error) TopicOption {
	return func(d *declaration) error {
		if valid == nil {
			return &OptionError{"Validate", "the function must not be nil"}
		}
		s := newSchema(d)
		return s.declare(&s.function, newCheck(identity(&valid), valid))
	}
}

// validateByMethod is the option of a T that validates itself; ok is false if it does not.
func validateByMethod[T any]() (option TopicOption, ok bool) {
	valid := methodOf[T]()
	if valid == nil {
		return nil, false
	}
	return func(d *declaration) error {
		s := newSchema(d)
		return s.declare(&s.method, newCheck((*T)(nil), valid))
	}, true
}

func (s *schema) declare(at **check, c *check) error {
	if *at != nil && (*at).key != c.key {
		return &OptionError{"Validate", "the topic was already declared with another validation"}
	}
	*at = c
	return nil
}

func newCheck[T any](key any, valid func(T) error) *check {
	guarded := func(v T) error { return guard(valid, v) }
	return &check{key: key, typed: guarded, event: func(e *Event) error {
		v, err := As[T](e)
		if err != nil {
			return err
		}
		return guarded(v)
	}}
}

// identity tells function values apart, which Go does not compare. The pointer keeps the function alive,
// so that no other one can get its place.
func identity[F any](f *F) any { return *(*unsafe.Pointer)(unsafe.Pointer(f)) }

// guard turns a panic of a validation into its error.
func guard[T any](valid func(T) error, v T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = newPanicError(p)
		}
	}()
	return valid(v)
}

type validator interface{ Validate() error }

// methodOf returns the Validate method of T or *T as a function, or nil if there is none.
func methodOf[T any]() func(T) error {
	if _, ok := any((*T)(nil)).(validator); ok {
		return newSelfChecks[T]().validate
	}
	var zero T
	if _, ok := any(zero).(validator); ok {
		// T is a pointer itself, which an interface holds as it is.
		return func(v T) error { return any(v).(validator).Validate() }
	}
	return nil
}

// selfChecks lends values to their own methods: to call one by an interface the value has to be on the
// heap, and without this it would be put there for each publish.
type selfChecks[T any] struct{ pool sync.Pool }

type selfCheck[T any] struct {
	value  T
	method validator // on value
}

func newSelfChecks[T any]() *selfChecks[T] {
	s := new(selfChecks[T])
	s.pool.New = func() any {
		c := new(selfCheck[T])
		c.method = any(&c.value).(validator)
		return c
	}
	return s
}

func (s *selfChecks[T]) validate(v T) error {
	c := s.pool.Get().(*selfCheck[T])
	c.value = v
	err := c.method.Validate()
	var zero T
	c.value = zero
	s.pool.Put(c)
	return err
}

// refusal makes a validation's error the publisher's.
func refusal(topic string, err error) (e *SchemaError) {
	e = &SchemaError{Topic: topic, Err: err}
	defer func() {
		if recover() != nil { // such as the Error method of a nil pointer
			e.Err, e.Issues = nil, []Issue{{Message: "the validation returned an error that panics"}}
		}
	}()
	e.Issues = issuesOf(err)
	return e
}

func issuesOf(err error) []Issue {
	text := err.Error()
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var issues []Issue
		var all []string
		for _, part := range joined.Unwrap() {
			issues = append(issues, issuesOf(part)...)
			all = append(all, part.Error())
		}
		if strings.Join(all, "\n") == text { // that is what errors.Join makes
			return issues
		}
	}
	var panicked *PanicError
	if errors.As(err, &panicked) {
		return []Issue{{Message: "the validation panicked: " + panicText(panicked.Value)}}
	}
	var known *SchemaError
	if errors.As(err, &known) && len(known.Issues) > 0 {
		return known.Issues
	}
	var wrong *PayloadError
	if errors.As(err, &wrong) {
		return []Issue{{Message: wrong.Detail}}
	}
	return []Issue{{Message: text}}
}
