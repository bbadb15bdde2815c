package topics

import (
	"go/ast"
	"go/token"
)

// commentsAbove has the comments of a file by the line that they end on, without those behind code.
func commentsAbove(fset *token.FileSet, file *ast.File) map[int]string {
	code := map[int]token.Pos{} // where code begins or ends, by line
	note := func(pos token.Pos) {
		line := fset.Position(pos).Line
		if first, known := code[line]; !known || pos < first {
			code[line] = pos
		}
	}
	for _, d := range file.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n.(type) {
			case nil:
				return true
			case *ast.CommentGroup, *ast.Comment:
				return false
			}
			note(n.Pos())
			note(n.End() - 1)
			return true
		})
	}
	lines := map[int]string{}
	for _, c := range file.Comments {
		if first, known := code[fset.Position(c.Pos()).Line]; known && first < c.Pos() {
			continue
		}
		lines[fset.Position(c.End()).Line] = c.Text()
	}
	return lines
}
