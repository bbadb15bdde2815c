// Command asyncapi writes an AsyncAPI 3.0 document of the topics that a Go program declares by
// bus.NewTopic[T] and Bus.Declare: a channel for each, whose messages have the JSON Schema of T, with the
// names and options of json tags, and the comments of the source.
//
//	go run github.com/trolleybus/trolleybus/cmd/asyncapi@latest -o asyncapi.json ./...
//
// A component for the page is looked at with -goos js -goarch wasm. With -C the command works in another directory: that
// of the module, which -o is from. -closed is that of topicgen.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/trolleybus/trolleybus/cmd/internal/topics"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if err != flag.ErrHelp {
			fmt.Fprintln(os.Stderr, "asyncapi:", err)
		}
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("asyncapi", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: asyncapi [flags] [packages]")
		flags.PrintDefaults()
	}
	var about info
	flags.StringVar(&about.Title, "title", "Topics", "`title` of the document")
	flags.StringVar(&about.Version, "version", "0.0.0", "`version` of what it describes")
	flags.StringVar(&about.Description, "description", "", "`text` about it")
	var closed []string
	flags.Func("closed", "import `path` of a package of another module, or a pattern such as example.com/api/..., whose types have no values but their constants; may be repeated", func(path string) error {
		closed = append(closed, path)
		return nil
	})
	output := flags.String("o", "", "`file` to write, from the directory of -C; standard output if empty")
	dir := flags.String("C", "", "`directory` of the module, which -o is from; the working directory if empty")
	goos := flags.String("goos", "", "operating `system` that the packages are for; this one if empty")
	goarch := flags.String("goarch", "", "`architecture` that the packages are for; this one if empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	env := os.Environ()
	if *goos != "" {
		env = append(env, "GOOS="+*goos)
	}
	if *goarch != "" {
		env = append(env, "GOARCH="+*goarch)
	}
	found, err := topics.Find(topics.Options{Dir: *dir, Env: env, Patterns: flags.Args(), Closed: closed})
	if err != nil {
		return err
	}
	for _, warning := range found.Warnings {
		fmt.Fprintln(stderr, warning)
	}
	document, err := describe(found, about)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if *output == "" {
		_, err = stdout.Write(text)
		return err
	}
	if !filepath.IsAbs(*output) {
		*output = filepath.Join(*dir, *output)
	}
	return os.WriteFile(*output, text, 0o666)
}
