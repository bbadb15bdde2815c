//go:build js && wasm

package jsbridge

import (
	"math"
	"unsafe"
)

// maxInput caps the input buffer, since WebAssembly memory never shrinks; JavaScript knows the same number.
const maxInput = 16 << 20

var (
	// input is filled by JavaScript before a call, and by its answers.
	input []byte
	// output tells JavaScript where to read; it must match www/src/core/crossing/memory.ts.
	output struct {
		at, length uint32
		number     float64
	}
	// outputKeep holds what output points at until the next answer. It may be the user's own.
	outputKeep []byte
	// scratch is what answers that are made here are built in.
	scratch []byte
)

//go:wasmexport trolleybus_buffer
func buffer(size int32) int32 {
	if size < 0 || size > maxInput {
		return 0
	}
	if int(size) > len(input) {
		input = make([]byte, size)
	}
	return address(unsafe.Pointer(&input[0]))
}

func address(p unsafe.Pointer) int32 { return int32(uintptr(p)) }

func setOutput(data []byte) {
	outputKeep = data
	output.at, output.length = 0, uint32(len(data))
	if len(data) > 0 {
		output.at = uint32(address(unsafe.Pointer(&data[0])))
	}
}

func setOutputString(s string) { setOutput(unsafe.Slice(unsafe.StringData(s), len(s))) }

// setOutputStrings joins strings by zero bytes. Names and messages may hold some as well, so those are escaped.
func setOutputStrings(parts ...string) {
	scratch = scratch[:0]
	for i, part := range parts {
		if i > 0 {
			scratch = append(scratch, 0)
		}
		for _, c := range []byte(part) {
			switch c {
			case 0:
				scratch = append(scratch, 1, 'a')
			case 1:
				scratch = append(scratch, 1, 'b')
			default:
				scratch = append(scratch, c)
			}
		}
	}
	setOutput(scratch)
}

// inputStrings undoes what JavaScript joined in the same way.
func inputStrings(length int) []string {
	var parts []string
	var part []byte
	data := input[:length]
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == 0:
			parts = append(parts, string(part))
			part = part[:0]
		case c == 1 && i+1 < len(data):
			i++
			part = append(part, data[i]-'a')
		default:
			part = append(part, c)
		}
	}
	return append(parts, string(part))
}

func stringAddress(s string) (at int32, length int) {
	return address(unsafe.Pointer(unsafe.StringData(s))), len(s)
}

// littleEndian reads an unsigned integer of up to eight bytes. Package encoding/binary would bring reflect.
func littleEndian(p []byte) (n uint64) {
	for i, b := range p {
		n |= uint64(b) << (8 * i)
	}
	return n
}

func number(p []byte) float64 { return math.Float64frombits(littleEndian(p)) }
