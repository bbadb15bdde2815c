//go:build js && wasm

package jsbridge

import (
	"context"
	"runtime"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

// requests are those that cross: questions of either side to responders of Go, and requests of Go.
// JavaScript decides all of them.
type requests struct {
	asked map[int32]*bus.Question // by JavaScript's number, until they are answered
	own   map[int32]*ownRequest
	last  int32
}

type ownRequest struct {
	exchange *bus.Exchange
	held     []any // replies of Go, which JavaScript knows by number
}

func newRequests() requests {
	return requests{asked: map[int32]*bus.Question{}, own: map[int32]*ownRequest{}}
}

// ask asks a responder of Go. requester is the number of a request of Go's, else 0.
func (s *server) ask(sub *bus.Subscription, e *bus.Event, token, requester int32) (bool, error) {
	a := s.port.Ask(func(reply any, err error) bool { return s.answered(token, requester, reply, err) })
	s.requests.asked[token] = a
	asked, err := s.port.Answer(sub, a, e)
	if !asked {
		delete(s.requests.asked, token)
	}
	return asked, err
}

// answered passes an answer on and reports whether somebody still waited. From Go to Go a reply goes by
// reference.
func (s *server) answered(token, requester int32, reply any, err error) bool {
	delete(s.requests.asked, token)
	kind := int32(kindError)
	if own := s.requests.own[requester]; err == nil && own != nil {
		kind, output.number = kindHeld, float64(len(own.held))
		own.held = append(own.held, reply)
	} else if err == nil {
		kind, err = encodeValue(reply, s.port.Codec())
	}
	if err != nil {
		kind = kindError
		setAnswerError(err)
	}
	return s.page.answered.Invoke(token, kind).Int() != 0
}

// setAnswerError is setError with the code that the responder gave, whosever it is.
func setAnswerError(err error) {
	_, message := told(err)
	setOutputStrings(codeOf((&bus.RemoteError{Err: err}).Code(), "TB_REMOTE"), message)
}

// Request hands a request to JavaScript's queue (bus.Host).
func (s *server) Request(ctx context.Context, e *bus.Event, x *bus.Exchange) error {
	if waitedFor() {
		return bus.ErrWouldBlock
	}
	timeout, gather, most, within := s.port.Limits(x)
	if !gather {
		most = -1
	}
	s.requests.last++
	id := s.requests.last
	s.requests.own[id] = &ownRequest{exchange: x}
	s.port.OnEnd(x, func(error) {
		if s.requests.own[id] != nil {
			delete(s.requests.own, id)
			s.page.abandon.Invoke(id)
		}
	})
	err := s.hand(ctx, e, func(at, length int, ref int32, described int) int {
		return s.page.request.Invoke(at, length, ref, described, id, milliseconds(timeout), most, milliseconds(within)).Int()
	})
	if err != nil {
		delete(s.requests.own, id)
	}
	return err
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// waitedFor reports whether JavaScript waits for this goroutine, so that it must not wait for JavaScript.
func waitedFor() bool {
	var pcs [64]uintptr
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			if f := runtime.FuncForPC(pc - 1); f != nil && calledFromPage(f.Name()) {
				return true
			}
		}
		if n < len(pcs) {
			return false
		}
	}
}

func calledFromPage(function string) bool {
	const here = "github.com/trolleybus/trolleybus/jsbridge."
	switch function {
	case here + "call", here + "answerRequest", here + "intercept", "syscall/js.handleEvent":
		return true
	}
	return false
}

// reply is one of JavaScript's to a request of Go: a copy, since it has no end at which to give it back.
type reply struct {
	kind int32
	data []byte
}

// Decode stores the reply in dst, a pointer.
func (r *reply) Decode(dst any) error {
	return decodeValue(r.kind, r.data, dst, served.port.Codec())
}

//go:wasmexport trolleybus_answer
func answerRequest(handle, topicLength, ref, kind int32, seq float64, token, requester, nonce int32) int32 {
	s := served
	sub := s.handles[uint32(handle)]
	if sub == nil {
		return answer(nonce, statusDropped)
	}
	var e *bus.Event
	if kind == fromGo || kind == fromGoCaused {
		e = s.own(ref, kind, topicLength, uint64(seq))
	} else {
		var p *payload
		e, p = s.event(sub, topicLength, ref, kind, uint64(seq))
		defer p.leave()
	}
	asked, err := s.ask(sub, e, token, requester)
	switch {
	case err != nil:
		setError(err)
		return answer(nonce, statusFailed)
	case !asked:
		return answer(nonce, statusDropped)
	}
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_cancel
func cancelRequest(token int32) {
	if a := served.requests.asked[token]; a != nil {
		delete(served.requests.asked, token)
		served.port.Abandon(a, nil)
	}
}

//go:wasmexport trolleybus_reply
func addReply(id, encoded int32) {
	own := served.requests.own[id]
	if own == nil {
		return
	}
	kind, n := encoded%16, encoded/16
	if kind == kindHeld {
		served.port.Reply(own.exchange, own.held[n])
		return
	}
	served.port.Reply(own.exchange, &reply{kind, append([]byte(nil), input[:n]...)})
}

//go:wasmexport trolleybus_settled
func settled(id, length int32) {
	own := served.requests.own[id]
	if own == nil {
		return
	}
	delete(served.requests.own, id)
	var err error
	if length >= 0 {
		// Topic, empty unless a responder failed, then code and message.
		parts := inputStrings(int(length))
		err = &Error{code: parts[1], message: parts[2]}
		if parts[0] != "" {
			err = &bus.RemoteError{Topic: parts[0], Err: err}
		}
	}
	served.port.End(own.exchange, err)
}
