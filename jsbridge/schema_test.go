//go:build js && wasm

package jsbridge

import (
	"context"
	"errors"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// seat is checked in Go.
type seat struct {
	Row int `json:"row"`
}

func (s seat) Validate() error {
	if s.Row < 1 {
		return &bus.SchemaError{Issues: []bus.Issue{{Message: "no such row", Path: []string{"row", "a\x00b"}}}}
	}
	return nil
}

func (m *mixed) nothingHeld() {
	m.t.Helper()
	for _, e := range served.events {
		assert.Nil(m.t, e, "an event of Go's is still held for JavaScript")
	}
}

func TestSchemaOfGoForEventsOfBothSides(t *testing.T) {
	m := newMixed(t)
	m.goLogs("go", "seat")
	m.pageLogs("page", "seat")
	seats := bus.NewTopic[seat](m.inGo, "seat", bus.Version(2), bus.Upcast(1, func(row int) (seat, error) { return seat{row}, nil }))
	require.NoError(t, seats.Err())
	object := func(row int) any { return map[string]any{"row": row} }

	require.NoError(t, seats.Publish(context.Background(), seat{1}))
	require.NoError(t, m.fromPage("seat", object(1)))
	require.NoError(t, m.inGo.Publish(context.Background(), "seat", 1, bus.WithVersion("1")))
	require.NoError(t, m.fromPage("seat", 1, map[string]any{"version": 1}))
	m.logged("go seat", "page seat", "go seat", "page seat", "go seat", "page seat", "go seat", "page seat")

	var schema *bus.SchemaError
	require.ErrorAs(t, seats.Publish(context.Background(), seat{}), &schema)
	assert.Equal(t, []bus.Issue{{Message: "no such row", Path: []string{"row", "a\x00b"}}}, schema.Issues)
	assert.Equal(t, "TB_SCHEMA", bus.Code(m.fromPage("seat", object(0))))
	assert.Equal(t, "TB_VERSION", bus.Code(m.fromPage("seat", object(1), map[string]any{"version": 3})))
	m.logged()
	assert.Empty(t, m.takeFailures())
	m.nothingHeld()
}

func TestSchemaOfGoDeclaredWhenTheTopicIsRouted(t *testing.T) {
	m := newMixed(t)
	m.pageLogs("page", "late")
	require.NoError(t, m.fromPage("late", -1))
	require.NoError(t, m.inGo.Declare("late", bus.Validate(func(n int) error {
		if n < 0 {
			return errors.New("negative")
		}
		return nil
	})))
	require.EqualError(t, m.fromPage("late", -1), `data of topic "late" does not match its schema: $: negative`)
	require.NoError(t, m.fromPage("late", 1))
	m.logged("page late", "page late")
}

func TestSchemaOfThePageForEventsOfGo(t *testing.T) {
	m := newMixed(t)
	m.goLogs("go", "n")
	m.pageLogs("page", "n")
	m.inPage.Call("topic", "n", evaluate(`{
		version: 3, upcast: { 2: (n) => n * 2 },
		schema: { '~standard': { version: 1, vendor: 'test', validate: (n) => n < 5 ? { value: n } : { issues: [{ message: 'too many', path: ['n', 1] }] } } },
	}`))
	publish := func(n int, version string) error {
		return m.inGo.Publish(context.Background(), "n", n, bus.WithVersion(version))
	}
	require.NoError(t, publish(4, "3"))
	require.NoError(t, publish(2, "2"))
	m.logged("go n", "page n", "go n", "page n")

	var schema *bus.SchemaError
	require.ErrorAs(t, publish(3, "2"), &schema)
	assert.Equal(t, "n", schema.Topic)
	assert.Equal(t, []bus.Issue{{Message: "too many", Path: []string{"n", "1"}}}, schema.Issues)
	assert.ErrorIs(t, schema, bus.ErrSchema)
	var version *bus.VersionError
	require.ErrorAs(t, publish(1, "1"), &version)
	assert.Equal(t, &bus.VersionError{Topic: "n", Version: "1", Current: 3, Reason: "there is no upcast from 1"}, version)
	m.logged()
	assert.Empty(t, m.takeFailures())
	m.nothingHeld()
}

func TestSchemaOfThePageForWhatAnInterceptorOfGoMade(t *testing.T) {
	m := newMixed(t)
	var got []any
	m.onPage("n", func(data, _ js.Value) error { got = append(got, fromValue(data)); return nil })
	m.inPage.Call("topic", "n", evaluate(`{ schema: { '~standard': { version: 1, vendor: 'test', validate: (n) => {
		if (n > 5) return { issues: [{ message: 'too many' }] };
		return { value: n === 5 ? 'five' : n };
	} } } }`))
	m.inGo.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		n, err := bus.As[int](e)
		if err != nil {
			return err
		}
		e.Data = n + 1
		return next(ctx, e)
	})
	for _, n := range []int{3, 4} {
		require.NoError(t, m.fromPage("n", n))
	}
	assert.Equal(t, "TB_SCHEMA", bus.Code(m.fromPage("n", 5)))
	assert.Equal(t, []any{4.0, "five"}, got)
	m.nothingHeld()
}
