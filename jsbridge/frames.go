//go:build js && wasm

package jsbridge

import "github.com/trolleybus/trolleybus/bus"

// pageFrames are calls that are to be made before the page paints next, all at once.
type pageFrames struct{ waiting []*pageFrame }

// pageFrame is a bus.Timer.
type pageFrame struct{ call func() }

// Stop leaves JavaScript's request alone, as that of a timer.
func (f *pageFrame) Stop() bool {
	waited := f.call != nil
	f.call = nil
	return waited
}

// Frame calls f from JavaScript's event loop, before the page paints next: f must not block.
func (s *server) Frame(f func()) bus.Timer {
	frame := &pageFrame{f}
	if s.waiting = append(s.waiting, frame); len(s.waiting) == 1 {
		s.page.frame.Invoke()
	}
	return frame
}

// idle reports whether all that waited for the frame has been stopped, and forgets it then.
func (s *pageFrames) idle() bool {
	for _, frame := range s.waiting {
		if frame.call != nil {
			return false
		}
	}
	s.waiting = nil
	return true
}

//go:wasmexport trolleybus_frame
func paint(nonce int32) int32 {
	due := served.waiting
	served.waiting = nil
	for _, frame := range due {
		if call := frame.call; call != nil {
			frame.call = nil
			call()
		}
	}
	return answer(nonce, statusOK)
}
