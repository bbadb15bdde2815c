package bus_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

const (
	traceID  = "0af7651916cd43dd8448eb211c80319c"
	parentID = "b7ad6b7169203331"
	trace    = "00-" + traceID + "-" + parentID + "-01"
)

func TestParseTraceParent(t *testing.T) {
	for text, want := range map[string]bus.TraceParent{
		trace:                              {TraceID: traceID, ParentID: parentID, Flags: 1},
		trace[:53] + "00":                  {TraceID: traceID, ParentID: parentID},
		trace[:53] + "ff":                  {TraceID: traceID, ParentID: parentID, Flags: 0xff},
		"cc" + trace[2:]:                   {Version: 0xcc, TraceID: traceID, ParentID: parentID, Flags: 1},
		"01" + trace[2:] + "-":             {Version: 1, TraceID: traceID, ParentID: parentID, Flags: 1},
		"fe" + trace[2:] + "-what.is-next": {Version: 0xfe, TraceID: traceID, ParentID: parentID, Flags: 1},
	} {
		got, err := bus.ParseTraceParent(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
		assert.Equal(t, want.Flags&1 == 1, got.Sampled())
	}
	for _, text := range []string{
		"", "00", trace[:54], trace + "0", trace + "-", trace + "-x", "ff" + trace[2:], "0g" + trace[2:], "0A" + trace[2:], "-0" + trace[2:],
		strings.ToUpper(trace), strings.Replace(trace, "-", "_", 1), strings.Replace(trace, "-"+parentID, "_"+parentID, 1), trace[:52] + "_01",
		"00-" + strings.Repeat("0", 32) + "-" + parentID + "-01", "00-" + traceID + "-" + strings.Repeat("0", 16) + "-01",
		"00-" + traceID[:31] + "g-" + parentID + "-01", "00-" + traceID + "-" + parentID[:15] + "G-01", trace[:53] + "0x", trace[:53] + "é",
		"01" + trace[2:] + "x", "01" + trace[2:] + "- ", "01" + trace[2:] + "-\x7f", "01" + trace[2:] + "-ä", " " + trace,
	} {
		_, err := bus.ParseTraceParent(text)
		require.ErrorIs(t, err, bus.ErrOption, text)
		assert.Equal(t, "TB_OPTION", bus.Code(err))
		assert.Contains(t, err.Error(), "traceparent")
	}
}

func FuzzParseTraceParent(f *testing.F) {
	f.Add(trace)
	f.Add("cc" + trace[2:] + "-x")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := bus.ParseTraceParent(text)
		if err != nil {
			return
		}
		if len(got.TraceID) != 32 || len(got.ParentID) != 16 || got.Version == 0xff || text[3:52] != got.TraceID+"-"+got.ParentID {
			t.Fatalf("%q: %+v", text, got)
		}
	})
}

func TestTraceParentIsCheckedAndPassedOn(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	err := b.Publish(t.Context(), "a", nil, bus.WithTraceParent("00-1-2-01"))
	require.ErrorIs(t, err, bus.ErrOption)
	assert.ErrorContains(t, err, "WithTraceParent")

	other := "00-" + strings.Repeat("1", 32) + "-" + strings.Repeat("2", 16) + "-00"
	got := map[string]string{}
	_, err = b.Subscribe(">", func(ctx context.Context, e *bus.Event) error {
		got[e.Topic] = e.TraceParent()
		switch e.Topic {
		case "a":
			return b.Publish(ctx, "a.b", nil)
		case "a.b":
			return b.Publish(ctx, "a.b.c", nil, bus.WithTraceParent(other))
		case "a.b.c":
			return b.Publish(ctx, "a.b.c.d", nil)
		}
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", nil, bus.WithTraceParent(trace)))
	assert.Equal(t, map[string]string{"a": trace, "a.b": trace, "a.b.c": other, "a.b.c.d": other}, got)
}
