package main

import (
	"encoding"
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// choices are the values of types that cannot have any.
var choices = map[reflect.Type][]any{
	reflect.TypeFor[Status]():                 {Open, Shut},
	reflect.TypeFor[Level]():                  {Low, High},
	reflect.TypeFor[time.Time]():              {time.Time{}, time.Date(2024, 5, 1, 12, 0, 0, 5, time.UTC)},
	reflect.TypeFor[netip.Addr]():             {netip.MustParseAddr("::1"), netip.Addr{}},
	reflect.TypeFor[json.RawMessage]():        {json.RawMessage(`[1]`), json.RawMessage(nil)},
	reflect.TypeFor[json.Number]():            {json.Number("1.5"), json.Number("")},
	reflect.TypeFor[big.Int]():                {*big.NewInt(7), big.Int{}},
	reflect.TypeFor[JSON]():                   {JSON{1}},
	reflect.TypeFor[encoding.TextMarshaler](): {Text{1}, &PText{2}},
}

func main() {
	r := rand.New(rand.NewPCG(1, 2))
	written := map[string][]json.RawMessage{}
	for name, t := range made {
		written[name] = nil
		for range 300 {
			v := reflect.New(t)
			fill(r, v.Elem(), 5)
			// What is behind a pointer can be addressed, what is in an interface cannot.
			for _, value := range []any{v.Interface(), v.Elem().Interface()} {
				if text := marshal(value); text != nil {
					written[name] = append(written[name], text)
				}
			}
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(written); err != nil {
		panic(err)
	}
}

// marshal is nil for what has no JSON: an embedded interface that is nil has no method to be called.
func marshal(value any) (text json.RawMessage) {
	defer func() {
		if recover() != nil {
			text = nil
		}
	}()
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

func fill(r *rand.Rand, v reflect.Value, depth int) {
	if c := choices[v.Type()]; c != nil {
		v.Set(reflect.ValueOf(c[r.IntN(len(c))]))
		return
	}
	deep := depth > 0 && r.IntN(3) > 0
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.String:
		v.SetString([]string{"", "tea", "ü\n\"<"}[r.IntN(3)])
	case reflect.Int, reflect.Int8, reflect.Int64:
		v.SetInt(int64(r.IntN(3) * (r.IntN(100) - 50)))
	case reflect.Uint8, reflect.Uint32, reflect.Uintptr:
		v.SetUint(uint64(r.IntN(2) * r.IntN(256)))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(r.IntN(3)) * r.Float64())
	case reflect.Interface:
		if v.NumMethod() == 0 && deep {
			v.Set(reflect.ValueOf([]any{1, "x", map[string]int{"a": 1}}[r.IntN(3)]))
		}
	case reflect.Pointer:
		if deep {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem(), depth-1)
		}
	case reflect.Slice:
		if deep {
			v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		}
		for i := range v.Len() {
			fill(r, v.Index(i), depth-2)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(r, v.Index(i), depth)
		}
	case reflect.Map:
		if deep {
			v.Set(reflect.MakeMap(v.Type()))
			for range r.IntN(3) {
				key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				fill(r, key, 1)
				fill(r, value, depth-2)
				if key.Kind() != reflect.Pointer || !key.IsNil() {
					v.SetMapIndex(key, value)
				}
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Field(i)
			if v.Type().Field(i).Anonymous {
				field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem() // also of types with small letters
			}
			// What may be left out is zero at times, which is no value of every type.
			omits := strings.Contains(string(v.Type().Field(i).Tag), ",omit") && r.IntN(4) == 0
			if field.CanSet() && !omits {
				fill(r, field, depth)
			}
		}
	default:
		panic("no values of kind " + strconv.Quote(v.Kind().String()))
	}
}
