package bus_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/bus"
)

type memoryStore struct {
	kept []bus.Remembered
	err  error
}

func (m *memoryStore) Load() ([]bus.Remembered, error) { return slices.Clone(m.kept), m.err }
func (m *memoryStore) Add(r bus.Remembered) error {
	if m.err == nil {
		m.kept = append(m.kept, r)
	}
	return m.err
}
func (m *memoryStore) Remove(id string) error {
	m.kept = slices.DeleteFunc(m.kept, func(r bus.Remembered) bool { return r.ID == id })
	return m.err
}

// handledBy counts what an instance with this store handles of the ids.
func handledBy(t *testing.T, w bus.Window, fail error, ids ...string) (handled int, failures []error) {
	b := bus.New(bus.Options{OnError: func(f *bus.Failure) { failures = append(failures, f.Err) }})
	w.Key = func(e *bus.Event) string { return e.Data.(string) }
	_, err := b.Subscribe("a", func(context.Context, *bus.Event) error { handled++; return fail }, bus.Dedupe(w))
	require.NoError(t, err)
	for _, id := range ids {
		require.NoError(t, b.Publish(t.Context(), "a", id))
	}
	return handled, failures
}

func TestD8WindowOutlivesTheInstance(t *testing.T) {
	w := bus.Window{For: time.Hour, Max: 1000, Store: &memoryStore{}}
	n, failures := handledBy(t, w, nil, "x", "x")
	require.Equal(t, 1, n)
	require.Empty(t, failures)
	n, _ = handledBy(t, w, nil, "x", "y")
	require.Equal(t, 1, n)
}

func TestD8StoreHoldsWhatTheWindowDoes(t *testing.T) {
	m := &memoryStore{}
	var ids []string
	for i := range 20_000 {
		ids = append(ids, strconv.Itoa(i))
	}
	n, _ := handledBy(t, bus.Window{Max: 1000, Store: m}, nil, ids...)
	require.Equal(t, len(ids), n)
	require.Len(t, m.kept, 1000)
}

func TestD8DatesOfAWindowStore(t *testing.T) {
	now := time.Now()
	m := &memoryStore{kept: []bus.Remembered{{ID: "old", At: now.AddDate(-1, 0, 0)}, {ID: "future", At: now.AddDate(1, 0, 0)}}}
	n, _ := handledBy(t, bus.Window{For: time.Hour, Store: m}, nil, "old", "future")
	require.Equal(t, 1, n)
}

func TestD8FailureFreesTheStoredClaim(t *testing.T) {
	m := &memoryStore{}
	handledBy(t, bus.Window{Store: m}, errors.New("no"), "x")
	require.Empty(t, m.kept)
}

func TestD8BrokenStoreLosesNothing(t *testing.T) {
	broken := errors.New("broken")
	n, failures := handledBy(t, bus.Window{Store: &memoryStore{err: broken}}, nil, "x", "y")
	require.Equal(t, 2, n)
	require.Len(t, failures, 3)
	for _, err := range failures {
		require.ErrorIs(t, err, broken)
		require.Equal(t, "TB_STORE", bus.Code(err))
	}
}

func TestD8JumpedDatesHoldNothingBackLongerThanFor(t *testing.T) {
	now := time.Now()
	m := &memoryStore{kept: []bus.Remembered{{ID: "future", At: now.AddDate(1, 0, 0)}, {ID: "older", At: now.Add(-time.Minute)}}}
	_, failures := handledBy(t, bus.Window{Max: 2, Store: m}, nil, "new")
	require.Empty(t, failures)
	require.Equal(t, []string{"future", "new"}, []string{m.kept[0].ID, m.kept[1].ID})
}
