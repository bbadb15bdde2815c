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

type nextStep = func(context.Context, *bus.Event) error

// intercepted is a pair whose two sides log what they get on any topic.
func intercepted(t *testing.T) *mixed {
	m := newMixed(t)
	m.onGo(">", func(_ context.Context, e *bus.Event) error {
		var v any
		err := e.Decode(&v)
		if text, ok := v.(string); ok {
			m.log = append(m.log, "go "+e.Topic+" "+text+" "+e.Subject())
		}
		return err
	})
	m.onPage(">", func(data, e js.Value) error {
		subject := ""
		if s := e.Get("subject"); !s.IsUndefined() {
			subject = s.String()
		}
		m.log = append(m.log, "page "+e.Get("topic").String()+" "+data.String()+" "+subject)
		return nil
	})
	return m
}

// both publishers of an event with data.
func (m *mixed) publishData(side, topic string, data any) error {
	if side == "from Go" {
		return m.inGo.Publish(context.Background(), topic, data)
	}
	return m.fromPage(topic, data)
}

func TestInterceptorInGo(t *testing.T) {
	refused := &scriptError{"TB_REFUSED", "refused"}
	for _, side := range []string{"from the page", "from Go"} {
		for _, tc := range []struct {
			name      string
			intercept func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error
			code      string // of the publisher's error
			want      []string
		}{
			{"passes", func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error {
				if v, err := bus.As[string](e); err != nil || v != "x" {
					return errors.Join(err, errors.New("wrong data"))
				}
				return next(ctx, e)
			}, "", []string{"go a x ", "page a x "}},
			{"drops", func(context.Context, *bus.Bus, *bus.Event, nextStep) error { return nil }, "", nil},
			{"refuses", func(context.Context, *bus.Bus, *bus.Event, nextStep) error { return refused }, "TB_REFUSED", nil},
			{"panics", func(context.Context, *bus.Bus, *bus.Event, nextStep) error { panic("boom") }, "TB_PANIC", nil},
			{"replaces the data", func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error {
				e.Data = "y"
				return next(ctx, e)
			}, "", []string{"go a y ", "page a y "}},
			{"replaces the event", func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error {
				in := e.Init()
				in.Data, in.Subject = "z", "s"
				return next(ctx, b.NewEvent(in))
			}, "", []string{"go a z s", "page a z s"}},
			{"changes what is said", func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error {
				in := e.Init()
				in.Subject = "s"
				return next(ctx, b.NewEvent(in))
			}, "", []string{"go a x s", "page a x s"}},
			{"changes the topic", func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error {
				e.Topic = "b"
				return next(ctx, e)
			}, "", []string{"go b x ", "page b x "}},
			{"changes the topic to a wrong one", func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error {
				e.Topic = "b..c"
				return next(ctx, e)
			}, "TB_TOPIC", nil},
			{"changes the topic to a reserved one", func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error {
				e.Topic = "$bus.error"
				return next(ctx, e)
			}, "TB_TOPIC", nil},
			{"gives data that the page cannot get", func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error {
				e.Data = 1 << 60
				return next(ctx, e)
			}, "TB_PAYLOAD", nil},
			{"gives text that is none", func(ctx context.Context, b *bus.Bus, e *bus.Event, next nextStep) error {
				in := e.Init()
				in.Key = "\xff"
				return next(ctx, b.NewEvent(in))
			}, "TB_PAYLOAD", nil},
		} {
			t.Run(tc.name+" "+side, func(t *testing.T) {
				m := intercepted(t)
				remove := m.inGo.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
					return tc.intercept(ctx, m.inGo, e, next)
				})
				err := m.publishData(side, "a", "x")
				if tc.code == "" {
					require.NoError(t, err)
				} else {
					require.Error(t, err)
					assert.Equal(t, tc.code, bus.Code(err), err)
				}
				m.logged(tc.want...)
				remove()
				require.NoError(t, m.publishData(side, "a", "x"))
				m.logged("go a x ", "page a x ")
				assert.Empty(t, m.takeFailures())
				for _, e := range served.events {
					assert.Nil(t, e, "an event of Go's is still held for JavaScript")
				}
			})
		}
	}
}

func TestInterceptorInGoSeesNestedEventsOfBothSides(t *testing.T) {
	m := newMixed(t)
	m.inGo.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		m.log = append(m.log, "use "+e.Topic)
		return next(ctx, e)
	})
	m.onPage("a", func(js.Value, js.Value) error { return m.fromPage("b") })
	m.onGo("a", func(ctx context.Context, e *bus.Event) error { return m.inGo.Publish(ctx, "c", nil) })
	m.goLogs("go", ">")
	m.pageLogs("page", "*")
	require.NoError(t, m.fromPage("a"))
	m.logged("use a", "use b", "use c", "go a", "page a", "go b", "page b", "go c", "page c")
	require.Error(t, m.fromPage("$bus.mine"))
	require.Error(t, m.fromPage("a..b"))
	m.logged()
}

func TestInterceptorInGoMayGiveWhatOnlyGoUnderstands(t *testing.T) {
	p := newPair(t, bus.Options{})
	p.inGo.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		e.Data = make(chan int)
		return next(ctx, e)
	})
	got := 0
	p.onGo("a", func(_ context.Context, e *bus.Event) error {
		_, err := bus.As[chan int](e)
		got++
		return err
	})
	require.NoError(t, p.fromPage("a"))
	assert.Equal(t, 1, got)
	assert.Empty(t, p.takeFailures())
	p.onPage("a", func(js.Value, js.Value) error { t.Error("data that does not cross"); return nil })
	assert.Equal(t, "TB_PAYLOAD", bus.Code(p.fromPage("a")))
	assert.Equal(t, 1, got, "before anyone got it")
}

func TestInterceptorInGoPresentBeforeThePage(t *testing.T) {
	b := bus.New(bus.Options{})
	b.Use(func(context.Context, *bus.Event, func(context.Context, *bus.Event) error) error { return nil })
	p := pairOf(t, b)
	p.onPage("a", func(js.Value, js.Value) error { t.Error("dropped"); return nil })
	require.NoError(t, p.fromPage("a"))
	assert.Equal(t, 1, p.inPage.Call("stats").Get("intercepted").Int())
	assert.EqualValues(t, 1, b.Stats().Intercepted)
}

func TestInterceptorOnThePageForEventsOfGo(t *testing.T) {
	m := intercepted(t)
	use := func(body string) (remove func()) {
		off := m.inPage.Call("use", evaluate("(event, next) => { "+body+" }"))
		return func() { off.Invoke() }
	}
	publish := func() error { return m.inGo.Publish(context.Background(), "a", "x") }
	remove := use("if (event.data !== 'x') throw new Error('wrong data'); next();")
	require.NoError(t, publish())
	m.logged("go a x ", "page a x ")
	remove()
	remove = use("")
	require.NoError(t, publish())
	m.logged()
	remove()
	remove = use("next('y')")
	require.NoError(t, publish())
	m.logged("go a y ", "page a y ")
	remove()
	remove = use("throw Object.assign(new Error('refused'), { code: 'X' })")
	require.EqualError(t, publish(), "refused")
	m.logged()
	remove()
	require.NoError(t, publish())
	m.logged("go a x ", "page a x ")
	assert.Empty(t, m.takeFailures())
	for _, e := range served.events {
		assert.Nil(t, e, "an event of Go's is still held for JavaScript")
	}
}
