// Package topics finds the topics that Go source declares: calls of bus.NewTopic and Bus.Declare.
package topics

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

const busPath = "github.com/trolleybus/trolleybus/bus"

// Topic is one declared topic.
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
	// Warnings tell of declarations that could not be understood.
	Warnings []string
}

// Options say what to look at.
type Options struct {
	Dir      string   // the working directory if empty
	Env      []string // such as GOOS=js, beside the process's own
	Patterns []string // of packages; "./..." if empty
}

// Find looks through packages. Two declarations of one topic that disagree are an error, as are packages
// that do not compile.
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
	f := &finder{found: &Found{Fset: fset}, byName: map[string]*Topic{}}
	for _, p := range loaded {
		for _, e := range p.Errors {
			f.errors = append(f.errors, e)
		}
		if len(p.Errors) == 0 && p.PkgPath != busPath {
			f.look(p)
		}
	}
	if err := errors.Join(f.errors...); err != nil {
		return nil, err
	}
	slices.SortFunc(f.found.Topics, func(a, b *Topic) int { return strings.Compare(a.Name, b.Name) })
	return f.found, nil
}

type finder struct {
	found  *Found
	byName map[string]*Topic
	errors []error
}

func (f *finder) look(p *packages.Package) {
	for _, file := range p.Syntax {
		comments := commentsAbove(f.found.Fset, file)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			callee, args := calleeOf(p.TypesInfo, call)
			declared := &Topic{At: f.found.Fset.Position(call.Pos())}
			switch callee {
			case busPath + ".NewTopic":
				declared.Type = args[0]
				f.options(p.TypesInfo, declared, call.Args[2:])
				f.declare(p.TypesInfo, declared, call.Args[1], comments)
			case "(*" + busPath + ".Bus).Declare":
				f.options(p.TypesInfo, declared, call.Args[1:])
				f.declare(p.TypesInfo, declared, call.Args[0], comments)
			}
			return true
		})
	}
}

func (f *finder) declare(info *types.Info, t *Topic, name ast.Expr, comments map[int]string) {
	var parts []string
	t.Name, parts = template(info, name)
	t.Parameters = parts
	t.Doc = comments[t.At.Line-1]
	switch {
	case t.Name == "":
		f.warn(t, "the topic is not known from the source")
		return
	case open(t.Type):
		f.warn(t, "topic "+t.Name+": the type is a parameter of the function around it")
		return
	}
	old := f.byName[t.Name]
	if old == nil {
		f.byName[t.Name] = t
		f.found.Topics = append(f.found.Topics, t)
		return
	}
	f.merge(old, t)
}

// merge adds what another declaration of a topic says.
func (f *finder) merge(old, t *Topic) {
	disagree := func(what string, a, b any) {
		f.errors = append(f.errors, fmt.Errorf("%s: topic %s is declared with %s %v, and at %s with %v", t.At, t.Name, what, b, old.At, a))
	}
	switch {
	case old.Type == nil:
		old.Type = t.Type
	case t.Type != nil && !types.Identical(old.Type, t.Type):
		disagree("type", old.Type, t.Type)
	}
	switch {
	case old.Version == 0:
		old.Version = t.Version
	case t.Version != 0 && t.Version != old.Version:
		disagree("version", old.Version, t.Version)
	}
	if old.Doc == "" {
		old.Doc = t.Doc
	}
}

// options reads the options of a declaration that are calls on the spot.
func (f *finder) options(info *types.Info, t *Topic, options []ast.Expr) {
	for _, o := range options {
		call, ok := ast.Unparen(o).(*ast.CallExpr)
		if !ok {
			f.warn(t, "an option is not a call on the spot, and not understood")
			continue
		}
		callee, args := calleeOf(info, call)
		switch callee {
		case busPath + ".Version":
			if v := info.Types[call.Args[0]].Value; v != nil {
				n, _ := constant.Int64Val(v)
				t.Version = int(n)
			}
		case busPath + ".Validate":
			if t.Type == nil && len(args) == 1 {
				t.Type = args[0]
			}
		}
	}
}

func (f *finder) warn(t *Topic, text string) {
	f.found.Warnings = append(f.found.Warnings, t.At.String()+": "+text)
}

// calleeOf returns the full name of the function that is called, and its type arguments.
func calleeOf(info *types.Info, call *ast.CallExpr) (name string, args []types.Type) {
	fun := ast.Unparen(call.Fun)
	switch index := fun.(type) {
	case *ast.IndexExpr:
		fun = index.X
	case *ast.IndexListExpr:
		fun = index.X
	}
	var id *ast.Ident
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return "", nil
	}
	f, ok := info.Uses[id].(*types.Func)
	if !ok {
		return "", nil
	}
	if list := info.Instances[id].TypeArgs; list != nil {
		for i := range list.Len() {
			args = append(args, list.At(i))
		}
	}
	return f.Origin().FullName(), args
}

// open reports whether a type has type parameters that are not filled in.
func open(t types.Type) bool {
	switch t := t.(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			if open(arg) {
				return true
			}
		}
	case interface{ Elem() types.Type }: // pointers, slices, arrays, maps
		return open(t.Elem())
	}
	return false
}

// commentsAbove has the comments of a file by the line that they end on.
func commentsAbove(fset *token.FileSet, file *ast.File) map[int]string {
	lines := map[int]string{}
	for _, c := range file.Comments {
		lines[fset.Position(c.End()).Line] = c.Text()
	}
	return lines
}
