package topics

import (
	"fmt"
	"go/token"
)

// NameError tells of a declared name that no event can have.
type NameError struct {
	Name   string
	Pos    int // byte offset of the offence
	Reason string
	At     token.Position
}

func (e *NameError) Error() string {
	return fmt.Sprintf("%s: topic %q: %s (at byte %d)", e.At, e.Name, e.Reason, e.Pos)
}

// ConflictError tells of two declarations of one topic that disagree.
type ConflictError struct {
	Name       string
	What       string // what they disagree about: "type" or "version", of a request also "reply type"
	Here, Old  any
	At, Before token.Position
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s: topic %s is declared with %s %v, and at %s with %v", e.At, e.Name, e.What, e.Here, e.Before, e.Old)
}
