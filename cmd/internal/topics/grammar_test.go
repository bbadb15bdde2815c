package topics

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/bus/subject"
	"github.com/trolleybus/trolleybus/cmd/internal/testmodule"
)

// What the bus itself says of names.
const judge = `package main

import (
	"encoding/json"
	"errors"
	"os"

	"github.com/trolleybus/trolleybus/bus"
)

func main() {
	var names [][]byte
	if err := json.NewDecoder(os.Stdin).Decode(&names); err != nil {
		panic(err)
	}
	verdicts := make([]struct { Pos int; Reason string }, len(names))
	b := bus.New(bus.Options{})
	for i, name := range names {
		var wrong *bus.TopicError
		if errors.As(bus.NewTopic[int](b, string(name)).Err(), &wrong) {
			verdicts[i].Pos, verdicts[i].Reason = wrong.Pos, wrong.Reason
		}
	}
	json.NewEncoder(os.Stdout).Encode(verdicts)
}
`

func TestNamesAreJudgedAsTheBusDoes(t *testing.T) {
	var names [][]byte
	for _, name := range []string{
		"", "a", "order.placed", ".", ".a", "a.", "a..b", "*", "a.*", "a.>", "a*", "a b", "a.\tb", "\x00", "a\x7f", "\u0085", "\u009f", "\u00a0", "a\u2003b",
		"é.ü", "\xff", "a.\xe2\x82", "\ufffd", "\ufeff", "$bus.error", "a.$b", "{region}", "__proto__", strings.Repeat("a", 255), strings.Repeat("a", 256),
		strings.Repeat("a.", 31) + "a", strings.Repeat("a.", 32) + "a", strings.Repeat("a.", 33) + "*", "\u3000", "a\nb", "a\u200bb",
	} {
		names = append(names, []byte(name))
	}
	input, err := json.Marshal(names)
	require.NoError(t, err)
	command := exec.Command("go", "run", ".")
	command.Dir = testmodule.New(t, map[string]string{"main.go": judge})
	command.Stdin = bytes.NewReader(input)
	var failed bytes.Buffer
	command.Stderr = &failed
	out, err := command.Output()
	require.NoError(t, err, failed.String())
	var verdicts []struct {
		Pos    int
		Reason string
	}
	require.NoError(t, json.Unmarshal(out, &verdicts))
	require.Len(t, verdicts, len(names))
	for i, want := range verdicts {
		wrong := check(string(names[i]))
		if wrong == nil {
			wrong = &subject.Error{}
		}
		assert.Equal(t, want.Reason, wrong.Reason, "%q", names[i])
		assert.Equal(t, want.Pos, wrong.Pos, "%q", names[i])
	}
}
