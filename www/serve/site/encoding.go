package site

import (
	"bytes"
	"compress/gzip"
	"io"
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

// negotiate picks the best encoding that an Accept-Encoding header allows (RFC 9110, section 12.5.3).
func negotiate(header string) encoding {
	weights := map[string]float64{}
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		weight := 1.0
		if key, value, ok := strings.Cut(params, "="); ok && strings.EqualFold(strings.TrimSpace(key), "q") {
			parsed, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				continue
			}
			weight = parsed
		}
		weights[strings.ToLower(strings.TrimSpace(name))] = weight
	}
	best, weight := identity, 0.0
	for _, candidate := range []encoding{br, gz} {
		w, named := weights[string(candidate)]
		if !named {
			w = weights["*"]
		}
		if w > weight {
			best, weight = candidate, w
		}
	}
	return best
}

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
