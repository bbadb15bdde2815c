package browser_test

import (
	"testing"

	"github.com/trolleybus/trolleybus/www/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }
