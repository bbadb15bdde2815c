package bus

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSmoke(t *testing.T) {
	b := New(Options{})
	ctx := context.Background()
	var got []string
	_, err := b.Subscribe("a.*", func(ctx context.Context, e *Event) error {
		got = append(got, "A"+e.Topic)
		if e.Topic == "a.1" {
			require.NoError(t, b.Publish(ctx, "a.2", nil))
		}
		return nil
	})
	require.NoError(t, err)
	_, err = b.Subscribe(">", func(ctx context.Context, e *Event) error { got = append(got, "B"+e.Topic); return nil })
	require.NoError(t, err)
	require.NoError(t, b.Publish(ctx, "a.1", 1))
	require.Equal(t, []string{"Aa.1", "Ba.1", "Aa.2", "Ba.2"}, got)
	x := NewTopic[int](b, "x")
	sum := 0
	_, err = x.SubscribeFunc(func(v int) { sum += v })
	require.NoError(t, err)
	require.NoError(t, x.Publish(ctx, 3))
	require.Equal(t, 3, sum)
	require.EqualValues(t, Stats{Published: 3, Delivered: 6, Topics: 3, Subscriptions: 3, Routes: 3}, b.Stats())
}
