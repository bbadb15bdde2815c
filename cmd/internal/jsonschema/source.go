package jsonschema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// Docs finds what is written at types, fields and constants in their source, which type information does
// not have.
type Docs struct {
	fset  *token.FileSet
	files map[string]*notes
}

// notes are of one file, by what they are about.
type notes struct {
	text    map[place]string
	open    map[place]bool // types with the directive
	shifted map[place]bool // constants of a declaration that shifts bits
}

// place is where a name is declared. Export data does not have all columns.
type place struct {
	line int
	name string
}

// openDirective stands in the comment of a type that has more values than its constants.
const openDirective = "//topicgen:open"

// NewDocs makes a Docs for objects whose positions are in fset.
func NewDocs(fset *token.FileSet) *Docs {
	return &Docs{fset: fset, files: map[string]*notes{}}
}

// Of returns the comment of a type, field or constant, without line breaks in paragraphs; "" where there is
// none, or no source.
func (d *Docs) Of(object types.Object) string {
	of, place := d.at(object)
	return of.text[place]
}

// Open reports whether a type may have values beside its constants.
func (d *Docs) Open(object types.Object) bool {
	of, place := d.at(object)
	return of.open[place]
}

// Shifted reports whether a constant is declared among those that are made by shifting bits, as flags are.
func (d *Docs) Shifted(object types.Object) bool {
	of, place := d.at(object)
	return of.shifted[place]
}

func (d *Docs) at(object types.Object) (*notes, place) {
	at := d.fset.Position(object.Pos())
	of, read := d.files[at.Filename]
	if !read {
		of = notesOf(at.Filename)
		d.files[at.Filename] = of
	}
	return of, place{at.Line, object.Name()}
}

func notesOf(filename string) *notes {
	all := &notes{map[place]string{}, map[place]bool{}, map[place]bool{}}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, filename, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return all
	}
	at := func(name *ast.Ident) place { return place{fset.Position(name.Pos()).Line, name.Name} }
	note := func(name *ast.Ident, comments ...*ast.CommentGroup) {
		for _, c := range comments {
			if text := Text(c); text != "" && all.text[at(name)] == "" {
				all.text[at(name)] = text
			}
			if c != nil && strings.Contains(directives(c), openDirective) {
				all.open[at(name)] = true
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			var alone *ast.CommentGroup // the comment of the only one
			if len(n.Specs) == 1 {
				alone = n.Doc
			}
			shifts := n.Tok == token.CONST && hasShift(n)
			for _, spec := range n.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					note(spec.Name, spec.Doc, alone, spec.Comment)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						note(name, spec.Doc, alone, spec.Comment)
						all.shifted[at(name)] = shifts
					}
				}
			}
		case *ast.Field:
			for _, name := range n.Names {
				note(name, n.Doc, n.Comment)
			}
		}
		return true
	})
	return all
}

func hasShift(d *ast.GenDecl) (found bool) {
	ast.Inspect(d, func(n ast.Node) bool {
		if e, ok := n.(*ast.BinaryExpr); ok && e.Op == token.SHL {
			found = true
		}
		return !found
	})
	return found
}

// directives are the lines of a comment that Text leaves out.
func directives(c *ast.CommentGroup) string {
	var lines []string
	for _, line := range c.List {
		lines = append(lines, line.Text)
	}
	return strings.Join(lines, "\n")
}

// Text is a comment without its markers, directives and line breaks; paragraphs stay apart.
func Text(c *ast.CommentGroup) string {
	if c == nil {
		return ""
	}
	return Paragraphs(c.Text())
}

// Paragraphs takes the line breaks out of the paragraphs of a text.
func Paragraphs(text string) string {
	var paragraphs []string
	for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		paragraphs = append(paragraphs, strings.Join(strings.Fields(p), " "))
	}
	return strings.Join(paragraphs, "\n\n")
}
