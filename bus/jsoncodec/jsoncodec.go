// Package jsoncodec is encoding/json as a [bus.Codec]. It is a package of its own, since it adds about
// 170 to 200 KB (brotli) to a page's program.
package jsoncodec

import "encoding/json"

// Codec marshals with encoding/json. The zero value is ready.
type Codec struct{}

// Marshal returns the JSON of v. It is an error if more than 1000 maps, slices, pointers and structs are within each other.
func (Codec) Marshal(v any) ([]byte, error) {
	if new(depthCheck).tooDeep(v, maxDepth) {
		return nil, errDeep
	}
	return json.Marshal(v)
}

// Unmarshal stores JSON in v, a pointer.
func (Codec) Unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }
