package site

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

// The site compresses while somebody waits: at level 5 brotli takes a tenth of a second for the program and is within
// a few percent of what its slowest level reaches.
const brotliLevel = 5

// minCompress is the size in bytes below which headers outweigh what compression saves.
const minCompress = 512

type encoding string

const (
	identity encoding = ""
	gz       encoding = "gzip"
	br       encoding = "br"
)

// choice is how the content is sent: as an encoding, plain all the same where that gains nothing, unless it must not.
type choice struct {
	encoding
	must bool
}

// negotiate picks the encoding of the highest weight that Accept-Encoding allows (RFC 9110, section 12.5.3), of equal ones
// the smallest; ok is false if it allows none. Content that does not compress is encoded only for those who refuse it plain.
func negotiate(lines []string, compresses bool) (as choice, ok bool) {
	weights := map[string]float64{}
	for part := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		name, weight, ok := parseCoding(part)
		if ok {
			weights[name] = weight
		}
	}
	weightOf := func(as encoding) (weight float64, named bool) {
		for _, name := range names[as] {
			if weight, named := weights[name]; named {
				return weight, true
			}
		}
		weight, named = weights["*"]
		return
	}
	plain, named := weightOf(identity)
	if !named {
		plain = 0.0001 // allowed, and the last choice
	}
	best, most := identity, plain
	for _, candidate := range []encoding{gz, br} {
		if weight, _ := weightOf(candidate); weight > 0 && weight >= most && (compresses || plain == 0) {
			best, most = candidate, weight
		}
	}
	return choice{best, plain == 0}, most > 0
}

var names = map[encoding][]string{identity: {"identity"}, gz: {"gzip", "x-gzip"}, br: {"br"}}

// parseCoding reads one element of the list; what is malformed is as if it were not there.
func parseCoding(element string) (name string, weight float64, ok bool) {
	name, rest, weighted := strings.Cut(element, ";")
	name = strings.ToLower(strings.TrimSpace(name))
	if !weighted {
		return name, 1, name != ""
	}
	key, value, _ := strings.Cut(rest, "=")
	if !strings.EqualFold(strings.TrimSpace(key), "q") || !qvalue.MatchString(strings.TrimSpace(value)) {
		return "", 0, false
	}
	weight, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return name, weight, err == nil && name != ""
}

var qvalue = regexp.MustCompile(`^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$`)

func compress(content []byte, as encoding) ([]byte, error) {
	var out bytes.Buffer
	var w io.WriteCloser
	switch as {
	case br:
		w = brotli.NewWriterLevel(&out, brotliLevel)
	case gz:
		w = gzip.NewWriter(&out)
	default:
		return content, nil
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
