package bus

// Payload is implemented by data that is not yet a Go value, such as a slot of the page or bytes from a
// link. Decode stores the value in dst, a pointer, or returns an error.
type Payload interface{ Decode(dst any) error }

// Retainer is implemented by data that lives outside of Go's memory only as long as its delivery. A queue
// that keeps an event for later calls Retain, and Release once when it is done with it.
type Retainer interface {
	Retain()
	Release()
}

// Codec turns values into bytes and back for payloads that leave the realm. encoding/json fits with two
// one-line methods; the bus does not import it because it costs a page 170 to 200 KB.
type Codec interface {
	Marshal(v any) ([]byte, error)
	Unmarshal(data []byte, v any) error
}

// As returns the event's data as a T: the data itself if it is one, else what it decodes to if it is a
// Payload. Otherwise the error is a *PayloadError, which names both types.
func As[T any](e *Event) (T, error) {
	_, untyped := any((*T)(nil)).(*any)
	p, encoded := e.Data.(Payload)
	// Everything is an any, an undecoded Payload as well.
	if data, ok := e.Data.(T); ok && !(untyped && encoded) {
		return data, nil
	}
	var v T
	if encoded {
		if err := p.Decode(&v); err != nil {
			var zero T
			return zero, &PayloadError{Topic: e.Topic, Detail: err.Error(), Err: err}
		}
		return v, nil
	}
	if e.Data == nil && untyped {
		return v, nil // a nil any is a proper value, which the assertion cannot tell
	}
	return v, &PayloadError{Topic: e.Topic, Detail: mismatch[T](e.Data)}
}

// mismatch lets the runtime name the types, since package reflect costs a page 30 KB.
func mismatch[T any](data any) (text string) {
	defer func() {
		if err, ok := recover().(error); ok {
			text = err.Error()
		}
	}()
	_ = data.(T)
	return "data has another type"
}

// Decode stores the event's data in dst: by the data's own Decode if it is a Payload, else by assignment
// if dst points to an interface, a basic type, or a map or slice of any, and the data is exactly that. For
// every other Go type use As, which needs no reflection. The error is a *PayloadError.
func (e *Event) Decode(dst any) error {
	if p, ok := e.Data.(Payload); ok {
		if err := p.Decode(dst); err != nil {
			return &PayloadError{Topic: e.Topic, Detail: err.Error(), Err: err}
		}
		return nil
	}
	switch dst := dst.(type) {
	case *any:
		if dst == nil {
			break
		}
		*dst = e.Data
		return nil
	case *string:
		return assign(e, dst)
	case *[]byte:
		return assign(e, dst)
	case *bool:
		return assign(e, dst)
	case *int:
		return assign(e, dst)
	case *int32:
		return assign(e, dst)
	case *int64:
		return assign(e, dst)
	case *uint32:
		return assign(e, dst)
	case *uint64:
		return assign(e, dst)
	case *float32:
		return assign(e, dst)
	case *float64:
		return assign(e, dst)
	case *map[string]any:
		return assign(e, dst)
	case *[]any:
		return assign(e, dst)
	}
	return &PayloadError{Topic: e.Topic, Detail: "cannot decode into this type; use bus.As"}
}

func assign[T any](e *Event, dst *T) error {
	if dst == nil {
		return &PayloadError{Topic: e.Topic, Detail: "cannot decode into a nil pointer"}
	}
	v, err := As[T](e)
	if err == nil {
		*dst = v
	}
	return err
}

// retainPayload keeps data beyond its delivery if it has to be kept (Retainer).
func retainPayload(e *Event) {
	if r, ok := e.Data.(Retainer); ok {
		r.Retain()
	}
}

func releasePayload(e *Event) {
	if r, ok := e.Data.(Retainer); ok {
		r.Release()
	}
}
