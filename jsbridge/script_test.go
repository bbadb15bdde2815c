//go:build js && wasm

package jsbridge

import (
	_ "embed"
	"sync/atomic"
	"syscall/js"

	"github.com/trolleybus/trolleybus/bus"
)

//go:embed testdata/page.js
var pageSource string

// script has the functions of testdata/page.js.
var script = js.Global().Call("eval", pageSource)

// liveFuncs counts the js.Func values that newFunc made and release has not been called for. It is the one
// place of the tests that makes any, and the package itself makes none.
var liveFuncs atomic.Int64

func newFunc(call func(args []js.Value) any) (f js.Func, release func()) {
	liveFuncs.Add(1)
	f = js.FuncOf(func(_ js.Value, args []js.Value) any { return call(args) })
	return f, func() {
		f.Release()
		liveFuncs.Add(-1)
	}
}

// scriptError is an error of JavaScript's, with its code if it has one.
type scriptError struct{ code, message string }

func (e *scriptError) Error() string { return e.message }
func (e *scriptError) Code() string  { return e.code }

func errorOf(v js.Value) error {
	e := &scriptError{message: v.Get("message").String()}
	if code := v.Get("code"); code.Type() == js.TypeString {
		e.code = code.String()
	}
	return e
}

func toScript(err error) js.Value { return script.Call("error", bus.Code(err), err.Error()) }

// attempt makes an exception of JavaScript's, thrown right under call, an error.
func attempt(call func() js.Value) (v js.Value, err error) {
	defer func() {
		switch thrown := recover().(type) {
		case nil:
		case js.Error:
			err = errorOf(thrown.Value)
		default:
			panic(thrown)
		}
	}()
	return call(), nil
}

// evaluate returns the value of an expression in JavaScript.
func evaluate(expression string) js.Value { return script.Call("evaluate", expression) }

func same(a, b js.Value) bool { return script.Call("same", a, b).Bool() }

// await waits for a promise, which must not be done while JavaScript waits for Go.
func await(promise js.Value) (js.Value, error) {
	type result struct {
		value js.Value
		err   error
	}
	done := make(chan result, 1)
	resolved, releaseResolved := newFunc(func(args []js.Value) any {
		done <- result{value: args[0]}
		return nil
	})
	defer releaseResolved()
	rejected, releaseRejected := newFunc(func(args []js.Value) any {
		done <- result{err: errorOf(args[0])}
		return nil
	})
	defer releaseRejected()
	promise.Call("then", resolved, rejected)
	r := <-done
	return r.value, r.err
}

// fromValue returns the Go value of JSON-like data that the tests made themselves.
func fromValue(v js.Value) any {
	switch v.Type() {
	case js.TypeString:
		return v.String()
	case js.TypeNumber:
		return v.Float()
	case js.TypeBoolean:
		return v.Bool()
	case js.TypeObject:
		if js.Global().Get("Array").Call("isArray", v).Bool() {
			list := make([]any, v.Length())
			for i := range list {
				list[i] = fromValue(v.Index(i))
			}
			return list
		}
		object := map[string]any{}
		keys := js.Global().Get("Object").Call("keys", v)
		for i := range keys.Length() {
			key := keys.Index(i).String()
			object[key] = fromValue(v.Get(key))
		}
		return object
	}
	return nil
}
