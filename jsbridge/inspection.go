//go:build js && wasm

package jsbridge

import (
	"strconv"

	"github.com/trolleybus/trolleybus/bus"
)

//go:wasmexport trolleybus_pressure
func pressure(length, nonce int32) int32 {
	full, err := served.bus.Pressure(string(input[:length]))
	if err != nil {
		setError(err)
		return answer(nonce, statusFailed)
	}
	output.number = full
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_stats
func stats(nonce int32) int32 {
	st := served.bus.Stats()
	parts := make([]string, 0, 8)
	for _, n := range [...]uint64{st.Dropped, st.Retried, st.Dead, st.Evicted, st.Redriven, st.Deduped, st.Coalesced} {
		parts = append(parts, strconv.FormatUint(n, 10))
	}
	setOutputStrings(parts...)
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_states
func states(nonce int32) int32 {
	var parts []string
	for _, info := range served.bus.Subscriptions() {
		if info.Limit == 0 && info.Running == 0 && info.Paused == 0 && info.Group == "" {
			continue
		}
		parts = append(parts,
			strconv.FormatUint(info.Order, 10), info.Group, strconv.Itoa(info.Running), strconv.Itoa(info.Paused), strconv.Itoa(info.Waiting),
			strconv.FormatInt(info.Oldest.Milliseconds(), 10), strconv.Itoa(info.Limit), strconv.FormatUint(info.Dropped, 10))
	}
	setOutputStrings(parts...)
	return answer(nonce, statusOK)
}

func encodePressure(p *bus.Pressure) (kind int32, err error) {
	high := ""
	if p.High {
		high = "1"
	}
	setOutputStrings(p.Pattern, p.Subscription, strconv.Itoa(p.Waiting), strconv.Itoa(p.Limit), high, strconv.FormatInt(p.Oldest.Milliseconds(), 10))
	return kindPressure, nil
}
