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

	closed map[string]bool
}

// Closed reports whether the types of a package are taken to have no values but their declared constants: those of
// the module that was looked at, which can say otherwise, and of packages that Options.Closed names.
func (f *Found) Closed(p *types.Package) bool { return f.closed[p.Path()] }

// Options say what to look at.
type Options struct {
	Dir      string   // the working directory if empty
	Env      []string // such as GOOS=js, beside the process's own
	Patterns []string // of packages; "./..." if empty
	// Closed are import paths, such as "k8s.io/api/core/v1" or "k8s.io/api/...": see Found.Closed.
	Closed []string
}

// Find looks through packages. The error joins what is wrong: a packages.Error for each mistake of packages
// that do not compile, a *NameError for each name that no event can have, and a *ConflictError for each two
// declarations that disagree.
func Find(o Options) (*Found, error) {
	fset := token.NewFileSet()
	config := &packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedExportFile |
			packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedTypesSizes | packages.NeedModule,
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
	return &Found{Fset: fset, Topics: f.topics.sorted(), Requests: f.requests.sorted(), Replies: f.replies.sorted(), Warnings: f.warnings, closed: closed(loaded, o.Closed)}, nil
}

// closed are the paths of packages whose modules were asked for or are being worked on, and of those that patterns name.
func closed(loaded []*packages.Package, patterns []string) map[string]bool {
	paths, modules := map[string]bool{}, map[string]bool{}
	for _, p := range loaded {
		paths[p.PkgPath] = true
		if p.Module != nil {
			modules[p.Module.Path] = true
		}
	}
	packages.Visit(loaded, nil, func(p *packages.Package) {
		own := p.Module != nil && (p.Module.Main || modules[p.Module.Path])
		if own || slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, p.PkgPath) }) {
			paths[p.PkgPath] = true
		}
	})
	return paths
}

// matches reports whether a path is that of the pattern, or below the part of it before "/...".
func matches(pattern, path string) bool {
	above, all := strings.CutSuffix(pattern, "...")
	return path == pattern || all && strings.HasPrefix(path+"/", above)
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
