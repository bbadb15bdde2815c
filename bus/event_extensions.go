package bus

import (
	"maps"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/bus/internal/brief"
	"github.com/trolleybus/trolleybus/bus/internal/formats"
)

// extensions are CloudEvents attributes of an event that have no place of their own. They never change.
type extensions struct {
	of  map[string]any
	err error // why the event cannot be published
}

// WithExtensions gives CloudEvents extension attributes, such as "sequence" or "sampledrate". A name is of the letters
// a to z and digits, and not that of an attribute that an event has anyway; a value is a string, a bool or an integer of
// 32 bits, which handlers get as an int32.
func WithExtensions(values map[string]any) PublishOption {
	return func(a *attributes) error {
		x, err := newExtensions("WithExtensions", values)
		if err == nil {
			a.extensions = x
		}
		return err
	}
}

// Extensions returns a copy of the event's CloudEvents attributes that have no place of their own, by name: each a
// string, a bool or an int32. It is nil where there are none.
func (e *Event) Extensions() map[string]any {
	if x := e.given().extensions; x != nil {
		return maps.Clone(x.of)
	}
	return nil
}

// newExtensions copies values; nil for none.
func newExtensions(option string, values map[string]any) (*extensions, error) {
	if len(values) == 0 {
		return nil, nil
	}
	of := make(map[string]any, len(values))
	size := 0
	for name, value := range values {
		if !formats.IsExtension(name) {
			return nil, &OptionError{option, brief.Quote(name) + " cannot be the name of an extension: use a to z and 0 to 9, and no name of another attribute"}
		}
		switch v := value.(type) {
		case string:
			if !utf8.ValidString(v) {
				return nil, &OptionError{option, name + " must be valid UTF-8"}
			}
			of[name] = v
			size += len(v)
		case bool, int32:
			of[name] = v
		case int:
			if v < math.MinInt32 || v > math.MaxInt32 {
				return nil, &OptionError{option, name + " must fit in 32 bits; send a larger number as a string"}
			}
			of[name] = int32(v)
		default:
			return nil, &OptionError{option, name + " must be a string, a bool or an integer of 32 bits"}
		}
		if size += len(name); size > maxExtensions {
			return nil, &OptionError{option, "must not be longer than " + strconv.Itoa(maxExtensions) + " bytes in all"}
		}
	}
	return &extensions{of: of}, nil
}

// checkExtensions returns why an event that NewEvent made cannot be published.
func (e *Event) checkExtensions() error {
	if e.attrs == nil || e.attrs.extensions == nil || e.attrs.extensions.err == nil {
		return nil
	}
	return &opError{"publish", e.Topic, e.attrs.extensions.err}
}
