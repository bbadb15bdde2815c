// Command findchromium prints the path of Chromium, after installing it where that is possible.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/trolleybus/trolleybus/www/browser/chromium"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	path, err := chromium.FindOrInstall(ctx, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(path)
}
