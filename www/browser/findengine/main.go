// Command findengine prints the path of a browser, after installing it where that is possible: findengine chromium.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"

	"github.com/trolleybus/trolleybus/www/browser/engine"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	wanted := func(e engine.Engine) bool { return len(os.Args) == 2 && e.Name == os.Args[1] }
	i := slices.IndexFunc(engine.All, wanted)
	if i < 0 {
		fmt.Fprintln(os.Stderr, "usage: findengine chromium|firefox")
		os.Exit(2)
	}
	path, err := engine.All[i].FindOrInstall(ctx, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(path)
}
