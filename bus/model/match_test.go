package model

import (
	"slices"
	"strings"
)

// matches compares token by token, as the grammar says it.
func matches(pattern, topic string) bool {
	p, t := strings.Split(pattern, "."), strings.Split(topic, ".")
	if topic[0] == '$' && (p[0] == "*" || p[0] == ">") {
		return false
	}
	for i, token := range p {
		switch {
		case i == len(t):
			return false
		case token == ">":
			return true
		case token != "*" && token != t[i]:
			return false
		}
	}
	return len(p) == len(t)
}

// valid is the grammar, as far as the vocabulary of the programs goes.
func valid(name string, pattern bool) bool {
	tokens := strings.Split(name, ".")
	for i, token := range tokens {
		wild := token == "*" || token == ">" && i == len(tokens)-1
		if token == "" || strings.ContainsAny(token, " *>") && !(pattern && wild) {
			return false
		}
	}
	return true
}

func publishable(topic string) bool { return valid(topic, false) && topic[0] != '$' }

// knows reports whether the model has counted the subscriptions to a topic.
func knows(topic string) bool {
	return slices.Contains(reports, topic) || slices.Contains(topics, topic) || slices.Contains(owned, topic)
}
