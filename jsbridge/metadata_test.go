//go:build js && wasm

package jsbridge

import (
	"context"
	"strconv"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

const (
	trace      = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	otherTrace = "00-11111111111111111111111111111111-2222222222222222-00"
)

// metadata is all that both sides can tell of an event.
type metadata struct {
	topic, seq, id, subject, key, version, traceParent, causation, correlation string
}

func ofGo(e *bus.Event) metadata {
	return metadata{e.Topic, strconv.FormatUint(e.Seq, 10), e.ID(), e.Subject(), e.Key(), e.Version(), e.TraceParent(), e.CausationID(), e.CorrelationID()}
}

func ofPage(e js.Value) metadata {
	field := func(name string) string {
		if v := e.Get(name); !v.IsUndefined() {
			return js.Global().Get("String").Invoke(v).String()
		}
		return ""
	}
	return metadata{
		field("topic"), field("seq"), field("id"), field("subject"), field("key"), field("version"), field("traceparent"),
		field("causationId"), field("correlationId"),
	}
}

// watch collects what both sides tell of all events, by topic.
func watch(p *pair) (inGo, inPage map[string]metadata) {
	inGo, inPage = map[string]metadata{}, map[string]metadata{}
	p.onGo(">", func(_ context.Context, e *bus.Event) error {
		inGo[e.Topic] = ofGo(e)
		return nil
	})
	p.onPage(">", func(_, e js.Value) error {
		inPage[e.Get("topic").String()] = ofPage(e)
		return nil
	})
	return inGo, inPage
}

func TestMetadataBothWays(t *testing.T) {
	p := newPair(t, bus.Options{})
	inGo, inPage := watch(p)
	require.NoError(t, p.fromPage("page", "data", map[string]any{"id": "an id", "subject": "größe\x00\x01a", "key": "k\x00id\x00forged", "version": 3, "traceparent": trace}))
	require.NoError(t, p.inGo.Publish(context.Background(), "go", "data", bus.WithID("another id"), bus.WithSubject("größe\x00\x01a"), bus.WithKey("k\x00id\x00forged"), bus.WithVersion("3"), bus.WithTraceParent(trace)))
	assert.Equal(t, metadata{"page", "1", "an id", "größe\x00\x01a", "k\x00id\x00forged", "3", trace, "", "an id"}, inGo["page"])
	assert.Equal(t, metadata{"go", "2", "another id", "größe\x00\x01a", "k\x00id\x00forged", "3", trace, "", "another id"}, inPage["go"])
	require.NoError(t, p.fromPage("page.plain"))
	require.NoError(t, p.inGo.Publish(context.Background(), "go.plain", nil))
	assert.Equal(t, metadata{topic: "page.plain", seq: "3", id: inPage["page.plain"].id, correlation: inPage["page.plain"].id}, inGo["page.plain"])
	assert.NotEqual(t, inGo["page.plain"].id, inGo["go.plain"].id)
	assert.Equal(t, inGo, inPage)
	assert.Len(t, inGo, 4)
}

func TestMetadataOfNestedEvents(t *testing.T) {
	p := newPair(t, bus.Options{})
	ctx := context.Background()
	p.onPage("a", func(js.Value, js.Value) error { return p.fromPage("a.page") })
	p.onGo("a", func(context.Context, *bus.Event) error { return p.inGo.Publish(ctx, "a.go", nil) })
	p.onGo("a.page", func(context.Context, *bus.Event) error {
		return p.inGo.Publish(ctx, "a.page.go", nil, bus.WithTraceParent(otherTrace))
	})
	p.onPage("a.go", func(js.Value, js.Value) error { return p.fromPage("a.go.page", nil, map[string]any{"id": "mine"}) })
	p.onGo("a.go.page", func(context.Context, *bus.Event) error { return p.inGo.Publish(ctx, "a.go.page.go", nil) })
	inGo, inPage := watch(p)
	for _, publish := range []func() error{
		func() error { return p.fromPage("a", nil, map[string]any{"id": "root", "traceparent": trace}) },
		func() error {
			return p.inGo.Publish(ctx, "a", nil, bus.WithID("root"), bus.WithTraceParent(trace))
		},
	} {
		require.NoError(t, publish())
		require.Len(t, inGo, 6)
		require.Equal(t, inGo, inPage)
		for topic, e := range inGo {
			assert.Equal(t, "root", e.correlation, topic)
			want := trace
			if topic == "a.page.go" {
				want = otherTrace
			}
			assert.Equal(t, want, e.traceParent, topic)
			if topic != "a" {
				assert.Equal(t, inGo[topic[:strings.LastIndexByte(topic, '.')]].id, e.causation, topic)
			}
		}
		assert.Equal(t, "mine", inGo["a.go.page.go"].causation)
		clear(inGo)
		clear(inPage)
	}
}

// given is what a publisher may say of an event of elsewhere, as both sides tell it.
type given struct {
	source, dataSchema, dataContentType, causation, correlation string
	millis                                                      int64
}

func TestMetadataOfEventsOfElsewhere(t *testing.T) {
	p := newPair(t, bus.Options{})
	inGo, inPage := map[string]given{}, map[string]given{}
	p.onGo(">", func(_ context.Context, e *bus.Event) error {
		inGo[e.Topic] = given{e.Source(), e.DataSchema(), e.DataContentType(), e.CausationID(), e.CorrelationID(), e.Time().UnixMilli()}
		return nil
	})
	p.onPage(">", func(_, e js.Value) error {
		field := func(name string) string {
			if v := e.Get(name); !v.IsUndefined() {
				return v.String()
			}
			return ""
		}
		inPage[field("topic")] = given{field("source"), field("dataschema"), field("datacontenttype"), field("causationId"), field("correlationId"), int64(e.Get("time").Float())}
		return nil
	})
	p.onPage("page", func(js.Value, js.Value) error { return p.fromPage("page.page") })
	p.onGo("page", func(ctx context.Context, e *bus.Event) error { return p.inGo.Publish(ctx, "page.go", nil) })
	p.onPage("go", func(js.Value, js.Value) error { return p.fromPage("go.page") })
	p.onGo("go", func(ctx context.Context, e *bus.Event) error { return p.inGo.Publish(ctx, "go.go", nil) })

	require.NoError(t, p.fromPage("page", nil, map[string]any{
		"id": "i", "time": -1, "source": "there", "dataschema": "urn:x", "datacontenttype": "text/plain", "correlationId": "root", "causationId": "cause",
	}))
	require.NoError(t, p.inGo.PublishEvent(context.Background(), bus.EventInit{
		Topic: "go", ID: "i", Time: time.UnixMilli(-1), Source: "there", DataSchema: "urn:x", DataContentType: "text/plain", CorrelationID: "root", CausationID: "cause",
	}))
	want := given{"there", "urn:x", "text/plain", "cause", "root", -1}
	for _, topic := range []string{"page", "go"} {
		assert.Equal(t, want, inGo[topic], topic)
		assert.Equal(t, want, inPage[topic], topic)
		for _, effect := range []string{topic + ".page", topic + ".go"} {
			for side, seen := range map[string]map[string]given{"Go": inGo, "page": inPage} {
				require.Contains(t, seen, effect, side)
				assert.Equal(t, "i", seen[effect].causation, "%s in %s", effect, side)
				assert.Equal(t, "root", seen[effect].correlation, "%s in %s", effect, side)
				assert.Empty(t, seen[effect].dataSchema+seen[effect].dataContentType)
				assert.NotEqual(t, "there", seen[effect].source)
			}
		}
	}
}

func TestMetadataOfEventsThatAnInterceptorReplaces(t *testing.T) {
	p := newPair(t, bus.Options{})
	remove := p.inGo.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		in := e.Init()
		in.Data = "other"
		return next(ctx, p.inGo.NewEvent(in))
	})
	defer remove()
	p.onPage("a.*", func(js.Value, js.Value) error { return p.fromPage("effect") })
	inGo, inPage := watch(p)
	require.NoError(t, p.fromPage("a.1"))
	first := inPage["effect"]
	require.NoError(t, p.fromPage("a.2"))
	require.NoError(t, p.fromPage("a.3", nil, map[string]any{"id": "given", "correlationId": "root"}))
	assert.Equal(t, inGo, inPage)
	assert.Equal(t, []string{inPage["a.1"].id, inPage["a.1"].id}, []string{first.causation, first.correlation})
	assert.Equal(t, []string{"given", "given", "root", "root"},
		[]string{inPage["a.3"].id, inPage["effect"].causation, inPage["a.3"].correlation, inPage["effect"].correlation})
	ids := map[string]bool{first.id: true}
	for _, e := range inPage {
		assert.False(t, ids[e.id], "%s twice", e.id)
		ids[e.id] = true
	}
	assert.Equal(t, inPage["a.1"].id, inPage["a.1"].correlation)
	assert.Equal(t, inPage["a.2"].id, inPage["a.2"].correlation)
}

func TestMetadataThatIsNotText(t *testing.T) {
	p := newPair(t, bus.Options{})
	inGo, inPage := watch(p)
	err := p.inGo.Publish(context.Background(), "a", nil, bus.WithID("\xff"))
	require.Error(t, err)
	assert.Equal(t, "TB_OPTION", bus.Code(err))
	assert.ErrorContains(t, err, "UTF-8")
	assert.Empty(t, inGo)
	assert.Empty(t, inPage)
}

func TestMetadataOfFailuresWithNamesOfAnyText(t *testing.T) {
	p := newPair(t, bus.Options{})
	p.onGo("a", func(context.Context, *bus.Event) error { return &scriptError{"TB_X", "a\x00b\x01a"} }, bus.Name("n\x00m"))
	p.onGo("b", func(context.Context, *bus.Event) error { return &scriptError{"TB_Y", ""} }, bus.Name("other"))
	require.NoError(t, p.fromPage("a"))
	require.NoError(t, p.fromPage("b"))
	failures := p.takeFailures()
	require.Len(t, failures, 2)
	assert.Equal(t, "a\x00b\x01a", failures[0].Err.Error())
	assert.Equal(t, "n\x00m", failures[0].Subscription)
	assert.Equal(t, "other", failures[1].Subscription)
	assert.Equal(t, "TB_Y", bus.Code(failures[1].Err))
}
