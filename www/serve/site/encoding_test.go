package site

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNegotiate(t *testing.T) {
	for _, test := range []struct {
		name   string
		header string
		want   encoding
	}{
		{"no header", "", identity},
		{"Chromium", "gzip, deflate, br, zstd", br},
		{"Safari without https", "gzip, deflate", gz},
		{"weights", "br;q=0.5, gzip;q=0.8", gz},
		{"equal weights prefer brotli", "gzip;q=0.5, br;q=0.5", br},
		{"refused", "br;q=0, gzip", gz},
		{"anything", "*", br},
		{"anything but brotli", "*, br;q=0", gz},
		{"nothing known", "zstd, deflate", identity},
		{"identity only", "identity", identity},
		{"case and spaces", " BR ; Q=1 ", br},
		{"malformed weight", "br;q=high, gzip", gz},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, negotiate(test.header))
		})
	}
}
