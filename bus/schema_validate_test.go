package bus_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// ticket validates itself by value, wagon by pointer.
type ticket struct {
	Zone int
	Name string
}

func (t ticket) Validate() error {
	if t.Name == "panic" {
		panic("boom")
	}
	if t.Zone < 1 {
		return errZone
	}
	return nil
}

var errZone = errors.New("zone must be at least 1")

type wagon struct{ Seats int }

func (w *wagon) Validate() error {
	if w.Seats < 1 {
		return errors.New("no seats")
	}
	w.Seats = 0
	return nil
}

// refused fails the test unless err is a SchemaError of the topic with these messages.
func refused(t *testing.T, err error, topic string, messages ...string) *bus.SchemaError {
	t.Helper()
	var e *bus.SchemaError
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, bus.ErrSchema)
	assert.Equal(t, "TB_SCHEMA", bus.Code(err))
	assert.Equal(t, topic, e.Topic)
	var got []string
	for _, issue := range e.Issues {
		got = append(got, issue.Message)
	}
	assert.Equal(t, messages, got)
	return e
}

func collect[T any](t *testing.T, b *bus.Bus, topic string) *[]T {
	t.Helper()
	var got []T
	_, err := b.Subscribe(topic, func(_ context.Context, e *bus.Event) error {
		v, err := bus.As[T](e)
		got = append(got, v)
		return err
	})
	require.NoError(t, err)
	return &got
}

func TestSchemaByMethod(t *testing.T) {
	ctx := context.Background()
	for _, general := range []bool{false, true} {
		t.Run(map[bool]string{false: "typed subscribers", true: "an untyped one too"}[general], func(t *testing.T) {
			b := bus.New(bus.Options{})
			defer b.Close()
			tickets := bus.NewTopic[ticket](b, "ticket")
			require.NoError(t, tickets.Err())
			var got []ticket
			_, err := tickets.SubscribeFunc(func(v ticket) { got = append(got, v) })
			require.NoError(t, err)
			if general {
				collect[any](t, b, ">")
			}
			require.NoError(t, tickets.Publish(ctx, ticket{1, "a"}))
			err = tickets.Publish(ctx, ticket{0, "b"})
			refused(t, err, "ticket", "zone must be at least 1")
			require.ErrorIs(t, err, errZone)
			assert.EqualError(t, err, `bus: data of "ticket" does not match its schema: $: zone must be at least 1`)
			err = tickets.Publish(ctx, ticket{1, "panic"})
			refused(t, err, "ticket", "the validation panicked: boom")
			require.ErrorIs(t, err, bus.ErrPanic)

			// Whoever publishes, in whatever way.
			refused(t, b.Publish(ctx, "ticket", ticket{}), "ticket", "zone must be at least 1")
			require.NoError(t, b.Publish(ctx, "ticket", ticket{2, "c"}))
			refused(t, bus.NewTopic[ticket](b, "ticket").Publish(ctx, ticket{}), "ticket", "zone must be at least 1")
			e := refused(t, b.Publish(ctx, "ticket", 7), "ticket", "interface conversion: interface {} is int, not bus_test.ticket")
			require.ErrorIs(t, e, bus.ErrPayload)
			require.ErrorIs(t, bus.NewTopic[int](b, "ticket").Publish(ctx, 7), bus.ErrSchema)
			assert.Equal(t, []ticket{{1, "a"}, {2, "c"}}, got)
			assert.EqualValues(t, 2, b.Stats().Published)
			assert.Zero(t, b.Stats().Failed)
		})
	}
}

func TestSchemaByMethodOfAPointer(t *testing.T) {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	got := collect[wagon](t, b, "wagon")
	wagons := bus.NewTopic[wagon](b, "wagon")
	require.NoError(t, wagons.Publish(ctx, wagon{4}))
	refused(t, wagons.Publish(ctx, wagon{}), "wagon", "no seats")
	assert.Equal(t, []wagon{{4}}, *got, "the method has a copy")

	pointers := bus.NewTopic[*wagon](b, "wagon.pointer")
	require.NoError(t, pointers.Publish(ctx, &wagon{4}))
	refused(t, pointers.Publish(ctx, &wagon{}), "wagon.pointer", "no seats")
	err := pointers.Publish(ctx, nil)
	require.ErrorIs(t, err, bus.ErrSchema)
	require.ErrorIs(t, err, bus.ErrPanic)
}

func TestSchemaByFunction(t *testing.T) {
	ctx := context.Background()
	var nothing *bus.PayloadError
	for _, tc := range []struct {
		name     string
		err      error
		messages []string
		text     string
	}{
		{"an error", errors.New("no"), []string{"no"}, "$: no"},
		{"joined errors", errors.Join(errors.New("a"), errors.Join(errors.New("b"), errors.New("c"))), []string{"a", "b", "c"}, "$: a; $: b; $: c"},
		{"issues with paths", &bus.SchemaError{Issues: []bus.Issue{{Message: "no", Path: []string{"items", "2", "price"}}}}, []string{"no"}, "$.items.2.price: no"},
		{"joined issues", errors.Join(&bus.SchemaError{Issues: []bus.Issue{{Message: "a"}, {Message: "b"}}}, errors.New("c")), []string{"a", "b", "c"}, "$: a; $: b; $: c"},
		{"many", errors.Join(make7()...), []string{"0", "1", "2", "3", "4", "5", "6"}, "$: 0; $: 1; $: 2; $: 3; $: 4; and 2 more"},
		{"an error that panics", nothing, []string{"the validation returned an error that panics"}, "$: the validation returned an error that panics"},
		{"an error of several that says more", severalErrors{}, []string{"several"}, "$: several"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := bus.New(bus.Options{})
			defer b.Close()
			got := collect[int](t, b, "n")
			numbers := bus.NewTopic[int](b, "n", bus.Validate(func(n int) error {
				if n < 0 {
					return tc.err
				}
				return nil
			}))
			require.NoError(t, numbers.Publish(ctx, 1))
			err := numbers.Publish(ctx, -1)
			refused(t, err, "n", tc.messages...)
			assert.Contains(t, err.Error(), "does not match its schema: "+tc.text)
			assert.Equal(t, []int{1}, *got)
		})
	}
}

func make7() (all []error) {
	for i := range 7 {
		all = append(all, errors.New(strconv.Itoa(i)))
	}
	return all
}

type severalErrors struct{}

func (severalErrors) Error() string   { return "several" }
func (severalErrors) Unwrap() []error { return []error{errors.New("a"), errors.New("b")} }

func TestSchemaMethodAndFunctionBothHold(t *testing.T) {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	tickets := bus.NewTopic[ticket](b, "ticket", bus.Validate(func(v ticket) error {
		if v.Name == "" {
			return errors.New("no name")
		}
		return nil
	}))
	require.NoError(t, tickets.Publish(ctx, ticket{1, "a"}))
	refused(t, tickets.Publish(ctx, ticket{0, "a"}), "ticket", "zone must be at least 1")
	refused(t, tickets.Publish(ctx, ticket{1, ""}), "ticket", "no name")
}

func TestSchemaComesBehindInterceptors(t *testing.T) {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	got := collect[ticket](t, b, "ticket")
	tickets := bus.NewTopic[ticket](b, "ticket")
	b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		v := e.Data.(ticket)
		v.Zone--
		e.Data = v
		return next(ctx, e)
	})
	require.NoError(t, tickets.Publish(ctx, ticket{2, "a"}))
	refused(t, tickets.Publish(ctx, ticket{1, "a"}), "ticket", "zone must be at least 1")
	assert.Equal(t, []ticket{{1, "a"}}, *got)
	assert.Zero(t, b.Stats().Intercepted)
}

func TestSchemaOfANestedPublish(t *testing.T) {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	var log []string
	tickets := bus.NewTopic[ticket](b, "ticket")
	_, err := b.Subscribe("start", func(ctx context.Context, _ *bus.Event) error {
		log = append(log, bus.Code(tickets.Publish(ctx, ticket{})), bus.Code(tickets.Publish(ctx, ticket{1, "a"})))
		return nil
	})
	require.NoError(t, err)
	_, err = tickets.SubscribeFunc(func(v ticket) { log = append(log, "got "+v.Name) })
	require.NoError(t, err)
	require.NoError(t, b.Publish(ctx, "start", nil))
	assert.Equal(t, []string{"TB_SCHEMA", "", "got a"}, log)
}

func TestDeclareAgain(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	positive := func(n int) error { return nil }
	other := func(n int) error { return errZone }
	for i, tc := range []struct {
		name  string
		first []bus.TopicOption
		again []bus.TopicOption
		want  string
	}{
		{"the same function", []bus.TopicOption{bus.Validate(positive)}, []bus.TopicOption{bus.Validate(positive)}, ""},
		{"another function", []bus.TopicOption{bus.Validate(positive)}, []bus.TopicOption{bus.Validate(other)}, "Validate"},
		{"another function at once", nil, []bus.TopicOption{bus.Validate(positive), bus.Validate(other)}, "Validate"},
		{"another version", []bus.TopicOption{bus.Version(2)}, []bus.TopicOption{bus.Version(3)}, "Version"},
		{"the same upcast", []bus.TopicOption{bus.Version(2), bus.Upcast(1, same)}, []bus.TopicOption{bus.Upcast(1, same)}, ""},
		{"another upcast", []bus.TopicOption{bus.Version(2), bus.Upcast(1, same)}, []bus.TopicOption{bus.Upcast(1, increased)}, "Upcast"},
		{"an upcast of the newest", nil, []bus.TopicOption{bus.Version(2), bus.Upcast(2, same)}, "Upcast"},
		{"an upcast without a version", nil, []bus.TopicOption{bus.Upcast(1, same)}, "Upcast"},
		{"no version", nil, []bus.TopicOption{bus.Version(0)}, "Version"},
		{"no function", nil, []bus.TopicOption{bus.Validate[int](nil)}, "Validate"},
		{"no upcast", nil, []bus.TopicOption{bus.Upcast[int, int](1, nil)}, "Upcast"},
		{"an upcast from nothing", nil, []bus.TopicOption{bus.Upcast(0, same)}, "Upcast"},
		{"later, nothing new", []bus.TopicOption{bus.Version(2)}, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			topic := "d." + strconv.Itoa(i)
			require.NoError(t, b.Declare(topic, tc.first...))
			err := b.Declare(topic, tc.again...)
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			var e *bus.OptionError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tc.want, e.Option)
			assert.Contains(t, err.Error(), topic)
		})
	}
	require.NoError(t, bus.NewTopic[ticket](b, "ticket").Err())
	require.NoError(t, bus.NewTopic[ticket](b, "ticket").Err())
	require.ErrorIs(t, bus.NewTopic[wagon](b, "ticket").Err(), bus.ErrOption)
	require.NoError(t, bus.NewTopic[string](b, "ticket").Err(), "a type that does not validate itself declares nothing")
}

func TestAWrongDeclarationChangesNothing(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.Error(t, b.Declare("a", bus.Version(3), bus.Validate(func(string) error { return nil }), bus.Upcast(3, same)))
	require.NoError(t, b.Publish(context.Background(), "a", 7, bus.WithVersion("9")))
}

func TestSchemaDeclaredLate(t *testing.T) {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	numbers := bus.NewTopic[int](b, "n")
	got := 0
	_, err := numbers.SubscribeFunc(func(int) { got++ })
	require.NoError(t, err)
	require.NoError(t, numbers.Publish(ctx, -1))
	require.NoError(t, b.Declare("n", bus.Validate(func(n int) error {
		if n < 0 {
			return errors.New("negative")
		}
		return nil
	})))
	refused(t, numbers.Publish(ctx, -1), "n", "negative")
	require.NoError(t, numbers.Publish(ctx, 1))
	assert.Equal(t, 2, got)
}

func TestSchemaErrorsOfTheCaller(t *testing.T) {
	b := bus.New(bus.Options{})
	tickets := bus.NewTopic[ticket](b, "ticket")
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, tickets.Publish(canceled, ticket{}), bus.ErrCanceled)
	require.NoError(t, b.Close())
	require.ErrorIs(t, tickets.Publish(context.Background(), ticket{}), bus.ErrClosed)
}

func TestSchemaAllocations(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates; the same test runs without it
	}
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	for name, publish := range map[string]func() error{
		"method": func() func() error {
			topic := bus.NewTopic[ticket](b, "by.method", bus.Version(2))
			_, err := topic.SubscribeFunc(func(ticket) {})
			require.NoError(t, err)
			return func() error { return topic.Publish(ctx, ticket{1, "a"}) }
		}(),
		"function": func() func() error {
			topic := bus.NewTopic[[4]int](b, "by.function", bus.Validate(func(v [4]int) error { return nil }))
			_, err := topic.SubscribeFunc(func([4]int) {})
			require.NoError(t, err)
			return func() error { return topic.Publish(ctx, [4]int{1}) }
		}(),
	} {
		assert.Zero(t, testing.AllocsPerRun(1000, func() {
			if err := publish(); err != nil {
				t.Error(err)
			}
		}), name)
	}
}
