package topics

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/trolleybus/trolleybus/bus/subject"
	"golang.org/x/tools/go/packages"
)

// finder goes through the calls of packages.
type finder struct {
	fset              *token.FileSet
	topics            declarations
	requests, replies declarations       // of responders
	asked, expected   declarations       // of who requests
	doubts            map[*Topic][]error // about those who request
	warnings          []string
	errors            []error
}

func newFinder(fset *token.FileSet) *finder {
	return &finder{
		fset: fset, topics: declarations{}, requests: declarations{}, replies: declarations{}, asked: declarations{}, expected: declarations{},
		doubts: map[*Topic][]error{},
	}
}

// conclude lets those who request say what no responder does, and no topic declares.
func (f *finder) conclude() {
	fill := func(d, others declarations) {
		for name, t := range others {
			if d[name] != nil {
				continue
			}
			d[name] = t
			for _, doubt := range f.doubts[t] {
				f.warnings = append(f.warnings, doubt.Error()+"; the first one counts")
			}
		}
	}
	for name, t := range f.topics {
		if asked := f.requests[name]; asked != nil {
			f.merge(t, asked, "type", false)
		}
		delete(f.asked, name)
		delete(f.requests, name)
	}
	fill(f.requests, f.asked)
	fill(f.replies, f.expected)
	slices.Sort(f.warnings)
}

func (f *finder) look(p *packages.Package) {
	for _, file := range p.Syntax {
		s := &source{f, p.TypesInfo, commentsAbove(f.fset, file)}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				s.call(call)
			}
			return true
		})
	}
}

// source is a file that is looked through.
type source struct {
	*finder
	info     *types.Info
	comments map[int]string
}

func (s *source) call(call *ast.CallExpr) {
	callee, args := calleeOf(s.info, call)
	t := &Topic{At: s.fset.Position(call.Pos())}
	// A generic function whose call has too few arguments does not compile.
	switch callee {
	case busPath + ".NewTopic":
		t.Type = args[0]
		s.options(t, call.Args[2:])
		s.declare(s.topics, t, call.Args[1], "type", false)
	case "(*" + busPath + ".Bus).Declare":
		s.options(t, call.Args[1:])
		s.declare(s.topics, t, call.Args[0], "type", false)
	case busPath + ".Respond":
		t.Type = args[0]
		s.exchange(s.requests, s.replies, t, call.Args[1], args[1], false)
	case busPath + ".Request", busPath + ".Gather":
		t.Type = dataType(s.info, call.Args[3])
		s.exchange(s.asked, s.expected, t, call.Args[2], args[0], true)
	}
}

// exchange declares a topic that is asked for, and its replies. Of requesters a doubt is enough, as they may
// read a part of the answer only.
func (s *source) exchange(requests, replies declarations, t *Topic, name ast.Expr, reply types.Type, requester bool) {
	if text := stringOf(s.info, name); !requester && !subject.IsLiteral(text) {
		s.warn(t, "responses to the pattern "+text+" are left out: topics are named one by one")
		return
	}
	answer := &Topic{At: t.At, Type: reply}
	if s.declare(requests, t, name, "request type", requester) {
		answer.Name, answer.Parameters, answer.Doc = t.Name, t.Parameters, t.Doc
		s.add(replies, answer, "reply type", requester)
	}
}

// declare completes t and adds it, and reports whether it could.
func (s *source) declare(to declarations, t *Topic, name ast.Expr, what string, doubtful bool) bool {
	t.Name, t.Parameters = template(s.info, name)
	t.Doc = s.comments[t.At.Line-1]
	if t.Name == "" && s.info.Types[name].Value == nil {
		s.warn(t, "the topic is not known from the source")
		return false
	}
	if wrong := check(t.Name); wrong != nil {
		s.errors = append(s.errors, &NameError{t.Name, wrong.Pos, wrong.Reason, t.At})
		return false
	}
	if open(t.Type) {
		s.warn(t, "topic "+t.Name+": the type is a parameter of the function around it")
		return false
	}
	s.add(to, t, what, doubtful)
	return true
}

// add adds t, or merges it with what is known of the topic.
func (f *finder) add(to declarations, t *Topic, what string, doubtful bool) {
	if old := to[t.Name]; old != nil {
		f.merge(old, t, what, doubtful)
	} else {
		to[t.Name] = t
	}
}

// merge adds what another declaration of a topic says.
func (f *finder) merge(old, t *Topic, what string, doubtful bool) {
	disagree := func(what string, here, before any) {
		err := &ConflictError{t.Name, what, here, before, t.At, old.At}
		if doubtful {
			f.doubts[old] = append(f.doubts[old], err)
		} else {
			f.errors = append(f.errors, err)
		}
	}
	switch {
	case old.Type == nil:
		old.Type = t.Type
	case t.Type != nil && !types.Identical(old.Type, t.Type):
		disagree(what, t.Type, old.Type)
	}
	switch {
	case old.Version == 0:
		old.Version = t.Version
	case t.Version != 0 && t.Version != old.Version:
		disagree("version", t.Version, old.Version)
	}
	if old.Doc == "" {
		old.Doc = t.Doc
	}
}

// options reads the options of a declaration that are calls on the spot.
func (s *source) options(t *Topic, options []ast.Expr) {
	for _, o := range options {
		call, ok := ast.Unparen(o).(*ast.CallExpr)
		if !ok {
			s.warn(t, "an option is not a call on the spot, and not understood")
			continue
		}
		callee, args := calleeOf(s.info, call)
		switch callee {
		case busPath + ".Version":
			if v := s.info.Types[call.Args[0]].Value; v != nil {
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
	f.warnings = append(f.warnings, t.At.String()+": "+text)
}

// dataType is the type of an argument that may be anything; nil where its own is not known either.
func dataType(info *types.Info, e ast.Expr) types.Type {
	t := types.Default(info.TypeOf(e))
	if types.IsInterface(t) || t == types.Typ[types.UntypedNil] {
		return nil
	}
	return t
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
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			if open(arg) {
				return true
			}
		}
	case *types.Struct:
		for field := range t.Fields() {
			if open(field.Type()) {
				return true
			}
		}
	case *types.Map:
		return open(t.Key()) || open(t.Elem())
	case interface{ Elem() types.Type }: // pointers, slices, arrays
		return open(t.Elem())
	}
	return false
}
