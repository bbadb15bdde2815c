package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/trolleybus/trolleybus/cmd/internal/topics"
)

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	var usage *usageError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, "topicgen:", err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "topicgen:", err)
		os.Exit(1)
	}
}

// usageError is a wrong command line.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

// options is the command line.
type options struct {
	output, schemas string
	check, neverNil bool
	find            topics.Options
}

func run(args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	found, err := topics.Find(o.find)
	if err != nil {
		return err
	}
	m, warnings, err := newModel(found, o.neverNil)
	if err != nil {
		return err
	}
	for _, warning := range append(found.Warnings, warnings...) {
		fmt.Fprintln(stderr, warning)
	}
	var files []file
	if o.output != "" || o.schemas == "" {
		files = append(files, file{o.output, m.typescript()})
	}
	if o.schemas != "" {
		schemas, err := m.schemas(o.schemas)
		if err != nil {
			return err
		}
		files = append(files, schemas...)
	}
	switch {
	case o.check:
		return check(files, o.schemas)
	case files[0].name == "":
		_, err := stdout.Write(files[0].text)
		return err
	}
	return write(files, o.schemas)
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("topicgen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: topicgen [flags] [packages]")
		flags.PrintDefaults()
	}
	flags.StringVar(&o.output, "o", "", "TypeScript `file` to write, from the directory of -C; standard output if empty")
	flags.StringVar(&o.schemas, "schemas", "", "`directory` to write a JSON Schema for each topic to, from the directory of -C")
	flags.BoolVar(&o.check, "check", false, "write nothing, and fail if a file is not up to date")
	flags.BoolVar(&o.neverNil, "never-nil", false, "the program leaves no slice and no map nil, so that none is null")
	flags.Func("closed", "import `path` of a package of another module, or a pattern such as example.com/api/..., whose types have no values but their constants; may be repeated", func(path string) error {
		o.find.Closed = append(o.find.Closed, path)
		return nil
	})
	flags.StringVar(&o.find.Dir, "C", "", "`directory` of the module, which all other paths are from; the working directory if empty")
	goos := flags.String("goos", "", "operating `system` that the packages are for; this one if empty")
	goarch := flags.String("goarch", "", "`architecture` that the packages are for; this one if empty")
	if err := flags.Parse(args); err != nil {
		return o, &usageError{err}
	}
	if o.check && o.output == "" && o.schemas == "" {
		return o, &usageError{errors.New("-check needs -o or -schemas: which file to look at")}
	}
	for _, path := range []*string{&o.output, &o.schemas} {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(o.find.Dir, *path)
		}
	}
	o.find.Env = os.Environ()
	if *goos != "" {
		o.find.Env = append(o.find.Env, "GOOS="+*goos)
	}
	if *goarch != "" {
		o.find.Env = append(o.find.Env, "GOARCH="+*goarch)
	}
	o.find.Patterns = flags.Args()
	return o, nil
}
