package main

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strconv"
	"time"

	"example.com/shop/billing"
)

// choices are the values of types that cannot have any.
var choices = map[reflect.Type][]any{
	reflect.TypeFor[Status]():          {Open, Shipped, Lost},
	reflect.TypeFor[billing.Status]():  {billing.Due, billing.Paid},
	reflect.TypeFor[Level]():           {Low, Mid, High},
	reflect.TypeFor[Country]():         {Austria, Country("fr")},
	reflect.TypeFor[time.Time]():       {time.Date(2024, 5, 1, 12, 0, 0, 5, time.UTC), time.Date(1999, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))},
	reflect.TypeFor[Moment]():          {Moment{time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)}},
	reflect.TypeFor[netip.Addr]():      {netip.MustParseAddr("::1"), netip.Addr{}},
	reflect.TypeFor[json.RawMessage](): {json.RawMessage(`[1]`), json.RawMessage(nil)},
	reflect.TypeFor[json.Number]():     {json.Number("1.5"), json.Number("")},
	reflect.TypeFor[big.Int]():         {*big.NewInt(7)},
	reflect.TypeFor[Own]():             {Own{1}},
}

// values are n random ones of a type.
func values[T any](r *rand.Rand, n int) (list []any) {
	for range n {
		v := reflect.New(reflect.TypeFor[T]()).Elem()
		fill(r, v, 4)
		list = append(list, v.Interface())
	}
	return list
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
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(r.IntN(3) * (r.IntN(2000) - 1000)))
	case reflect.Uint8:
		v.SetUint(uint64(r.IntN(256)))
	case reflect.Float64:
		v.SetFloat(float64(r.IntN(3)) * r.Float64())
	case reflect.Interface:
		v.Set(reflect.ValueOf([]any{1, "x", map[string]int{"a": 1}}[r.IntN(3)]))
	case reflect.Pointer:
		if deep {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem(), depth-1)
		}
	case reflect.Slice:
		if deep {
			v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		}
		fillAll(r, v, depth-1)
	case reflect.Array:
		fillAll(r, v, depth)
	case reflect.Map:
		if deep {
			v.Set(reflect.MakeMap(v.Type()))
			seen := map[string]bool{}
			for range r.IntN(3) {
				key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				fill(r, key, 0)
				fill(r, value, depth-1)
				if text := keyText(key); !seen[text] {
					seen[text] = true
					v.SetMapIndex(key, value)
				}
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(r, v.Field(i), depth)
			}
		}
	default:
		panic("no values of kind " + strconv.Quote(v.Kind().String()))
	}
}

func fillAll(r *rand.Rand, v reflect.Value, depth int) {
	for i := range v.Len() {
		fill(r, v.Index(i), depth)
	}
}

// keyText is what a key is in JSON. encoding/json orders keys of the same text by chance, so that a map has one of each.
func keyText(key reflect.Value) string {
	one := reflect.MakeMap(reflect.MapOf(key.Type(), reflect.TypeFor[int]()))
	one.SetMapIndex(key, reflect.ValueOf(0))
	text, err := json.Marshal(one.Interface())
	if err != nil {
		panic(err)
	}
	return string(text)
}
