package jsonschema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// Docs finds the comments of types and fields in their source, which type information does not have.
type Docs struct {
	fset  *token.FileSet
	files map[string]map[int]string
}

// NewDocs makes a Docs for objects whose positions are in fset.
func NewDocs(fset *token.FileSet) *Docs {
	return &Docs{fset: fset, files: map[string]map[int]string{}}
}

// Of returns the comment of a type or field, without line breaks; "" where there is none, or no source.
func (d *Docs) Of(object types.Object) string {
	at := d.fset.Position(object.Pos())
	lines, read := d.files[at.Filename]
	if !read {
		lines = commentsOf(at.Filename)
		d.files[at.Filename] = lines
	}
	return lines[at.Line]
}

// commentsOf has the comments of a file's types and fields by the line of their names.
func commentsOf(filename string) map[int]string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, filename, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	lines := map[int]string{}
	note := func(name *ast.Ident, comments ...*ast.CommentGroup) {
		for _, c := range comments {
			if text := Text(c); text != "" {
				lines[fset.Position(name.Pos()).Line] = text
				return
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			for _, spec := range n.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok {
					if len(n.Specs) == 1 {
						note(t.Name, t.Doc, n.Doc, t.Comment)
					} else {
						note(t.Name, t.Doc, t.Comment)
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
	return lines
}

// Text is a comment without its markers, directives and line breaks; paragraphs stay apart.
func Text(c *ast.CommentGroup) string {
	if c == nil {
		return ""
	}
	var paragraphs []string
	for _, p := range strings.Split(strings.TrimSpace(c.Text()), "\n\n") {
		paragraphs = append(paragraphs, strings.Join(strings.Fields(p), " "))
	}
	return strings.Join(paragraphs, "\n\n")
}
