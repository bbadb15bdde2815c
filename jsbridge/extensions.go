//go:build js && wasm

package jsbridge

import "strconv"

// Extensions cross as fields of their own, whose values begin with the first letter of their type in JavaScript; must
// match www/src/core/crossing/fields.ts.
const extension = "x:"

func extensionText(value any) string {
	switch v := value.(type) {
	case bool:
		return "b" + strconv.FormatBool(v)
	case int32:
		return "n" + strconv.Itoa(int(v))
	case string:
		return "s" + v
	}
	return "u" // none, which JavaScript refuses
}

func extensionValue(text string) any {
	switch value := text[1:]; text[0] {
	case 'b':
		return value == "true"
	case 'n':
		n, _ := strconv.ParseInt(value, 10, 32)
		return int32(n)
	default:
		return value
	}
}
