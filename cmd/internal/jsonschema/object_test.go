package jsonschema

import (
	"encoding/json"
	"fmt"
	"go/types"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

type deep struct{ A, B, C string }
type left struct {
	A string
	D string
	deep
}
type right struct {
	D string
	B string
}
type Loop struct {
	*Loop
	N int
}

// The structs whose members encoding/json and this package must find alike.
var embedding = map[string]any{
	"Nearest":      Nearest{},
	"Conflict":     Conflict{},
	"TagWins":      TagWins{},
	"TaggedStruct": TaggedStruct{},
	"Pointer":      Pointer{},
	"PointerSet":   PointerSet{&right{}},
	"OfItself":     OfItself{},
	"NoStruct":     NoStruct{},
	"Unexported":   Unexported{},
	"Diamond":      Diamond{},
	"BadTag":       BadTag{},
	"Marshalers":   Marshalers{},
	"OmitStruct":   OmitStruct{},
	"Omitting":     Omitting{},
	"OmittingSet":  OmittingSet{A: 1, B: []int{1}, C: map[string]int{"a": 1}, E: true},
}

type Nearest struct {
	left
	C int
}
type Conflict struct {
	left
	right
}
type TagWins struct {
	deep
	E struct{} `json:"B"`
	F string   `json:"f"`
}
type TaggedStruct struct {
	deep `json:"deep"`
	A    int
}
type Pointer struct{ *right }
type PointerSet struct{ *right }
type OfItself struct{ Loop }
type NoStruct struct{ Word }
type Word string
type Unexported struct {
	a int
	B int `json:"-"`
	D int `json:",omitempty"`
	E int `json:"e;f"`
}
type Diamond struct {
	viaLeft
	viaRight
	E int
}
type viaLeft struct{ deep }
type viaRight struct{ deep }
type BadTag struct {
	//lint:ignore SA5008 encoding/json takes the name of the field
	A int `json:"a\"b"`
	B int `json:"ü,omitempty"`
}
type Marshalers struct {
	time.Time
	textual
}
type textual struct{ N int }

// With those of time.Time each is there twice, so that there is none.
func (textual) MarshalJSON() ([]byte, error) { return nil, nil }
func (textual) MarshalText() ([]byte, error) { return nil, nil }

type OmitStruct struct {
	A struct{ B int } `json:",omitempty"`
	C [1]int          `json:",omitempty"`
}
type Omitting struct {
	A int            `json:"a,omitempty"`
	B []int          `json:"b,omitempty"`
	C map[string]int `json:",omitempty"`
	D *int           `json:",omitzero"`
	E bool           `json:"e,omitempty"`
}
type OmittingSet Omitting

var _ = Unexported{a: 1}

// Every member that is written is a property, every required property is written, and no more.
func TestMembersAreThoseOfEncodingJSON(t *testing.T) {
	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadTypes | packages.NeedSyntax | packages.NeedTypesInfo, Tests: true}, ".")
	require.NoError(t, err)
	var scope *types.Scope
	for _, p := range loaded {
		if p.Types != nil && p.Types.Scope().Lookup("Nearest") != nil {
			scope = p.Types.Scope()
		}
	}
	require.NotNil(t, scope)
	for name, value := range embedding {
		t.Run(name, func(t *testing.T) {
			g := &Generator{Prefix: "#/"}
			_, err := g.Of(scope.Lookup(name).Type())
			require.NoError(t, err)
			s := g.Definitions()[name]
			text, err := json.Marshal(value)
			require.NoError(t, err)
			var written map[string]any
			require.NoError(t, json.Unmarshal(text, &written))
			properties := map[string]bool{}
			for _, p := range s.Properties {
				assert.False(t, properties[p.Name], "%s twice", p.Name)
				properties[p.Name] = true
			}
			for member := range written {
				assert.True(t, properties[member], "%s is written: %s", member, text)
			}
			for _, member := range s.Required {
				assert.Contains(t, written, member, fmt.Sprintf("%s is required: %s", member, text))
			}
			if len(s.Required) == len(s.Properties) {
				assert.Len(t, written, len(properties), "%s", text)
			}
		})
	}
}
