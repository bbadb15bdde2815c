package topics

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// template returns the name that an expression makes. What is not constant in a concatenation becomes a
// {parameter}, named after the variable, field or function, if the rest tells whole tokens apart from it;
// "" if the name cannot be known.
func template(info *types.Info, e ast.Expr) (name string, parameters []string) {
	if info.Types[e].Value != nil {
		return stringOf(info, e), nil
	}
	var known bool
	parts := summands(info, e)
	constants := ""
	for _, part := range parts {
		constants += stringOf(info, part) + " "
	}
	for _, part := range parts {
		if info.Types[part].Value != nil {
			name += stringOf(info, part)
			known = true
			continue
		}
		parameter := nameOf(part)
		for i := 2; slices.Contains(parameters, parameter) || strings.Contains(constants, "{"+parameter+"}"); i++ {
			parameter = nameOf(part) + strconv.Itoa(i)
		}
		parameters = append(parameters, parameter)
		name += "{" + parameter + "}"
	}
	if !known {
		return "", nil
	}
	for token := range subject.Tokens(name) {
		// A part of a token would be a parameter that the name cannot be taken apart by.
		if strings.Contains(token, "{") && (strings.Count(token, "{") != 1 || token[0] != '{' || token[len(token)-1] != '}') {
			return "", nil
		}
	}
	return name, parameters
}

// stringOf is the text of a constant, "" of what is none.
func stringOf(info *types.Info, e ast.Expr) string {
	if v := info.Types[e].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

func summands(info *types.Info, e ast.Expr) []ast.Expr {
	e = ast.Unparen(e)
	if sum, ok := e.(*ast.BinaryExpr); ok && sum.Op == token.ADD && info.Types[e].Value == nil {
		return append(summands(info, sum.X), summands(info, sum.Y)...)
	}
	return []ast.Expr{e}
}

// nameOf names a part after what it reads.
func nameOf(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		if len(e.Args) == 1 {
			return nameOf(e.Args[0]) // a conversion, or something like strconv.Itoa
		}
		return nameOf(e.Fun)
	}
	return "parameter"
}
