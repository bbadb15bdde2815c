package subject

// Match reports whether pattern matches topic, both of which must be valid. The rules are those of NATS
// subjects, and MQTT's for '$': a wildcard as the first token does not match a topic that begins with it.
func Match(pattern, topic string) bool {
	if IsReserved(topic) && pattern != "" && (pattern[0] == '*' || pattern[0] == '>') {
		return false
	}
	return matchTokens(pattern, topic)
}

// matchTokens is Match for the rest of a pattern and of a topic, where '$' means nothing.
func matchTokens(pattern, topic string) bool {
	p, t := 0, 0
	for p < len(pattern) && t < len(topic) {
		switch pattern[p] {
		case '>':
			return true
		case '*':
			p++
			for t < len(topic) && topic[t] != '.' {
				t++
			}
		default:
			for p < len(pattern) && pattern[p] != '.' {
				if t == len(topic) || pattern[p] != topic[t] {
					return false
				}
				p, t = p+1, t+1
			}
		}
		if p == len(pattern) || t == len(topic) {
			break
		}
		if topic[t] != '.' {
			return false
		}
		p, t = p+1, t+1 // both stand on a dot
	}
	return p == len(pattern) && t == len(topic)
}
