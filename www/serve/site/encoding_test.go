package site

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNegotiate(t *testing.T) {
	const none = encoding("none")
	for _, test := range []struct {
		name   string
		header []string
		want   encoding
	}{
		{"no header", nil, identity},
		{"an empty one", []string{""}, identity},
		{"Chromium", []string{"gzip, deflate, br, zstd"}, br},
		{"Safari without https", []string{"gzip, deflate"}, gz},
		{"weights", []string{"br;q=0.5, gzip;q=0.8"}, gz},
		{"the least weight", []string{"gzip;q=0.001"}, gz},
		{"equal weights prefer brotli", []string{"gzip;q=0.5, br;q=0.5"}, br},
		{"refused", []string{"br;q=0, gzip"}, gz},
		{"all but one refused", []string{"br;q=0, gzip;q=0.5, *;q=0"}, gz},
		{"anything", []string{"*"}, br},
		{"anything but brotli", []string{"*, br;q=0"}, gz},
		{"nothing known", []string{"zstd, deflate"}, identity},
		{"nothing known, and nothing else", []string{"zstd, *;q=0"}, none},
		{"identity only", []string{"identity"}, identity},
		{"identity before the others", []string{"identity, br;q=0.5, gzip;q=0.9"}, identity},
		{"identity behind them", []string{"identity;q=0.5, gzip"}, gz},
		{"identity where all else is refused", []string{"identity;q=0.1, *;q=0"}, identity},
		{"identity refused", []string{"identity;q=0"}, none},
		{"identity refused, another taken", []string{"identity;q=0, gzip"}, gz},
		{"everything refused", []string{"*;q=0"}, none},
		{"everything refused, each by name", []string{"br;q=0, gzip;q=0, identity;q=0"}, none},
		{"everything but identity refused", []string{"br;q=0, gzip;q=0"}, identity},
		{"several lines", []string{"br;q=0.1", "gzip"}, gz},
		{"an old name", []string{"x-gzip"}, gz},
		{"case and spaces", []string{" BR ; Q=1 "}, br},
		{"a weight of three digits", []string{"br;q=1.000, gzip;q=0.999"}, br},
		{"malformed weights", []string{"br;q=high, gzip;q=0.5"}, gz},
		{"weights that are no weights", []string{"br;q=2, br;q=-1, br;q=NaN, br;q=1e0, br;q=0.0001, br;q=, br;level=9, gzip;q=0.1"}, gz},
		{"empty elements", []string{",, gzip,,"}, gz},
	} {
		t.Run(test.name, func(t *testing.T) {
			as, ok := negotiate(test.header, true)
			if !ok {
				as.encoding = none
			}
			assert.Equal(t, test.want, as.encoding)
			// What does not compress is plain wherever it may be.
			as, ok = negotiate(test.header, false)
			assert.Equal(t, test.want != none, ok)
			if ok && !as.must {
				assert.Equal(t, identity, as.encoding)
			}
		})
	}
}
