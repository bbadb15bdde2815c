// Package topics finds the topics that Go source declares: calls of bus.NewTopic and Bus.Declare, and the
// requests of bus.Respond, bus.Request and bus.Gather.
package topics

import (
	"errors"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

const busPath = "github.com/trolleybus/trolleybus/bus"

// Topic is one declared topic, or the replies to requests of one.
type Topic struct {
	// Name is the topic, or a pattern of topics with {parameters} in place of tokens that are not constant.
	Name       string
	Parameters []string
	// Type is what its data is; nil where the source does not say.
	Type types.Type
	// Version is what the option Version says; 0 where it is not given.
	Version int
	// Doc is the comment above the declaration.
	Doc string
	// At is the first declaration.
	At token.Position
}

// Found is what packages declare.
type Found struct {
	Fset *token.FileSet
	// Topics are sorted by name.
	Topics []*Topic
	// Requests are topics that somebody responds to or asks for, and that are not among Topics; Replies are
	// of all that are asked for, their Type being that of the answer. bus.Respond says what both are, and only
	// where nothing responds bus.Request and bus.Gather.
	Requests, Replies []*Topic
	// Warnings tell of declarations that could not be understood.
	Warnings []string
}

// Options say what to look at.
type Options struct {
	Dir      string   // the working directory if empty
	Env      []string // such as GOOS=js, beside the process's own
	Patterns []string // of packages; "./..." if empty
}

// Find looks through packages. The error joins what is wrong: a packages.Error for each mistake of packages
// that do not compile, a *NameError for each name that no event can have, and a *ConflictError for each two
// declarations that disagree.
func Find(o Options) (*Found, error) {
	fset := token.NewFileSet()
	config := &packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedExportFile |
			packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedTypesSizes,
		Dir: o.Dir, Env: o.Env, Fset: fset,
	}
	patterns := o.Patterns
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	loaded, err := packages.Load(config, patterns...)
	if err != nil {
		return nil, err
	}
	f := newFinder(fset)
	for _, p := range loaded {
		for _, e := range p.Errors {
			f.errors = append(f.errors, e)
		}
		if len(p.Errors) == 0 && p.PkgPath != busPath {
			f.look(p)
		}
	}
	f.conclude()
	if err := errors.Join(f.errors...); err != nil {
		return nil, err
	}
	return &Found{Fset: fset, Topics: f.topics.sorted(), Requests: f.requests.sorted(), Replies: f.replies.sorted(), Warnings: f.warnings}, nil
}

// declarations are the topics of one kind, by name.
type declarations map[string]*Topic

func (d declarations) sorted() []*Topic {
	list := make([]*Topic, 0, len(d))
	for _, t := range d {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b *Topic) int { return strings.Compare(a.Name, b.Name) })
	return list
}
