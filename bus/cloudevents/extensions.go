package cloudevents

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/trolleybus/trolleybus/bus/internal/formats"
)

const notOfAType = "is not a string, a boolean or an integer of 32 bits"

// appendExtensions returns the extension attributes in JSON, in two parts: an object of JavaScript has names that are
// indexes before all others, so that these come first in the text of the npm package.
func appendExtensions(given map[string]any) (first, others []byte, err error) {
	var indexes []uint32
	var names []string
	for name := range given {
		if !formats.IsExtension(name) {
			return nil, nil, wrong(name, "is no name of an extension")
		}
		if i, err := strconv.ParseUint(name, 10, 32); err == nil && i < math.MaxUint32 && strconv.FormatUint(i, 10) == name {
			indexes = append(indexes, uint32(i))
		} else {
			names = append(names, name)
		}
	}
	slices.Sort(indexes)
	slices.Sort(names)
	for _, i := range indexes {
		name := strconv.FormatUint(uint64(i), 10)
		value, err := extension(name, given[name])
		if err != nil {
			return nil, nil, err
		}
		first = append(append(append(first, '"'), name...), `":`...)
		first = append(append(first, value...), ',')
	}
	for _, name := range names {
		value, err := extension(name, given[name])
		if err != nil {
			return nil, nil, err
		}
		others = append(appendName(others, name), value...)
	}
	return first, others, nil
}

func extension(name string, value any) ([]byte, error) {
	switch v := value.(type) {
	case string:
		if v != "" {
			if reason := text(v); reason != "" {
				return nil, wrong(name, reason)
			}
		}
		return appendText(nil, v), nil
	case bool:
		return strconv.AppendBool(nil, v), nil
	case int32:
		return strconv.AppendInt(nil, int64(v), 10), nil
	}
	return nil, wrong(name, notOfAType)
}

// readExtensions returns what has no place of its own in an event; nil for none.
func readExtensions(given map[string]json.RawMessage) (map[string]any, error) {
	var all map[string]any
	for _, name := range slices.Sorted(maps.Keys(given)) {
		raw := given[name]
		var value any
		var s string
		if n, ok := integer(raw); ok {
			value = n
		} else if string(raw) == "true" || string(raw) == "false" {
			value = string(raw) == "true"
		} else if json.Unmarshal(raw, &s) != nil {
			return nil, wrong(name, notOfAType)
		} else if reason := text(s); s != "" && reason != "" {
			return nil, wrong(name, reason)
		} else {
			value = s
		}
		if all == nil {
			all = make(map[string]any, len(given))
		}
		all[name] = value
	}
	return all, nil
}
