package bustest

import (
	"context"
	"errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Declarer is a Subject whose topics can be declared; needed with Features.Declarations.
type Declarer interface {
	// Declare sets what holds for the events of a topic from now on.
	Declare(topic string, d Declaration) error
	// PublishVersion is Publish of data of a version.
	PublishVersion(ctx context.Context, topic string, data any, version string) error
}

// Declaration is what the suite declares of topics; the data is text.
type Declaration struct {
	Validate func(text string) error // nil: none
	Version  int                     // 0: none
	Upcast   map[int]func(text string) (string, error)
}

func notBad(text string) error {
	switch text {
	case "bad":
		return errors.New("is bad")
	case "panic":
		panic("validation")
	}
	return nil
}

func (k *kit) declare(topic string, d Declaration) {
	k.Helper()
	require.NoError(k.T, k.s.(Declarer).Declare(topic, d))
}

// texts subscribes a handler that writes topic and data.
func (k *kit) texts(pattern string) {
	k.subscribe(pattern, func(_ context.Context, e Event) error {
		k.log = append(k.log, e.Topic+" "+e.Data.(string))
		return nil
	})
}

func schemaRefuses(k *kit) {
	k.texts("*")
	k.publish(k.ctx, "a", "bad")
	k.declare("a", Declaration{Validate: notBad})
	for range 3 {
		k.publish(k.ctx, "a", "good")
		k.code("TB_SCHEMA", k.s.Publish(k.ctx, "a", "bad"))
		k.publish(k.ctx, "b", "bad")
	}
	k.logged("a bad", "a good", "b bad", "a good", "b bad", "a good", "b bad")
	k.failures(0)
	assert.EqualValues(k.T, 7, k.s.Stats().Published)
}

func schemaNested(k *kit) {
	k.declare("b", Declaration{Validate: notBad})
	k.texts("*")
	k.subscribe("a", func(ctx context.Context, e Event) error {
		k.code("TB_SCHEMA", k.s.Publish(ctx, "b", "bad"))
		k.publish(ctx, "b", "good")
		return k.s.Publish(ctx, "b", "bad")
	})
	k.publish(k.ctx, "a", "x")
	k.logged("a x", "b good")
	k.code("TB_SCHEMA", k.failures(1)[0].Err)
}

func schemaPanics(k *kit) {
	k.declare("a", Declaration{Validate: notBad})
	k.texts("*")
	k.code("TB_SCHEMA", k.s.Publish(k.ctx, "a", "panic"))
	k.publish(k.ctx, "a", "good")
	k.logged("a good")
	k.failures(0)
}

func versions(k *kit) {
	step := func(mark string) func(string) (string, error) {
		return func(text string) (string, error) {
			if text == "fail" {
				return "", errors.New("failed")
			}
			return text + mark, nil
		}
	}
	k.declare("a", Declaration{Version: 3, Validate: notBad, Upcast: map[int]func(string) (string, error){1: step("+"), 2: step("d")}})
	k.declare("gap", Declaration{Version: 3, Upcast: map[int]func(string) (string, error){1: step("+")}})
	k.texts("*")
	s := k.s.(Declarer)
	for version, data := range map[string]string{"1": "one", "2": "two", "3": "three"} {
		require.NoError(k.T, s.PublishVersion(k.ctx, "a", data, version))
	}
	k.publish(k.ctx, "a", "none")
	require.ElementsMatch(k.T, []string{"a one+d", "a twod", "a three", "a none"}, k.log)
	k.log = nil
	k.code("TB_SCHEMA", s.PublishVersion(k.ctx, "a", "ba", "2"))
	for _, wrong := range [][3]string{{"a", "x", "4"}, {"a", "x", "x"}, {"a", "x", "0"}, {"a", "fail", "1"}, {"gap", "x", "1"}, {"gap", "x", "2"}} {
		k.code("TB_VERSION", s.PublishVersion(k.ctx, wrong[0], wrong[1], wrong[2]))
	}
	k.logged()
	k.failures(0)
}

func declaredTwice(k *kit) {
	s := k.s.(Declarer)
	k.declare("a", Declaration{Version: 2})
	k.declare("a", Declaration{Version: 2})
	k.code("TB_OPTION", s.Declare("a", Declaration{Version: 3}))
	k.code("TB_OPTION", s.Declare("b", Declaration{Version: -1}))
	k.code("TB_TOPIC", s.Declare("b..c", Declaration{Version: 1}))
	k.code("TB_TOPIC", s.Declare("*", Declaration{Version: 1}))
	k.code("TB_TOPIC", s.Declare("$bus.error", Declaration{Version: 1}))
}
