//go:build js && wasm

package jsbridge

import (
	"strconv"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

// windowStore is the dedupe window of a subscriber of JavaScript's, whose storage JavaScript reads and writes. What
// goes wrong there is reported there.
type windowStore struct {
	page *page
	id   uint32
}

func (w windowStore) Load() (all []bus.Remembered, err error) {
	for {
		n := w.page.load.Invoke(w.id, len(all)).Int()
		if n < 0 {
			return all, pageError(n)
		}
		fields := inputStrings(n)
		for ; len(fields) > 1; fields = fields[2:] {
			millis, _ := strconv.ParseInt(fields[1], 10, 64)
			all = append(all, bus.Remembered{ID: fields[0], At: time.UnixMilli(millis)})
		}
		if n == 0 {
			return all, nil
		}
	}
}

func (w windowStore) Add(r bus.Remembered) error {
	w.put(r.ID, max(1, r.At.UnixMilli()))
	return nil
}

func (w windowStore) Remove(id string) error {
	w.put(id, 0)
	return nil
}

// put gives an id a date; 0 is none.
func (w windowStore) put(id string, millis int64) {
	setOutputString(id)
	w.page.store.Invoke(w.id, float64(millis))
}
