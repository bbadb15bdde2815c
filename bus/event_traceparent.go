package bus

// TraceParent is a W3C trace context's traceparent header (https://www.w3.org/TR/trace-context), parsed.
type TraceParent struct {
	Version  byte
	TraceID  string // 32 lower-case hexadecimal digits, not all zero
	ParentID string // 16 of them: the span that the event was published in
	Flags    byte
}

// Sampled reports whether the caller may have recorded the trace.
func (t TraceParent) Sampled() bool { return t.Flags&1 != 0 }

// traceParentLength is that of version 00. Later versions may be longer, behind another '-'.
const traceParentLength = 55

// ParseTraceParent reads a traceparent. As the specification asks, version ff and identifiers of zeros are
// wrong, hexadecimal digits are lower-case, and later versions than 00 are read as if they were 00, whatever
// printable ASCII follows. The error is an *OptionError.
func ParseTraceParent(s string) (TraceParent, error) { return parseTraceParent("traceparent", s) }

func parseTraceParent(option, s string) (TraceParent, error) {
	wrong := func(reason string) (TraceParent, error) { return TraceParent{}, &OptionError{option, reason} }
	if len(s) < traceParentLength || s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return wrong("must have the form 00-<32 digits>-<16 digits>-<2 digits>")
	}
	t := TraceParent{TraceID: s[3:35], ParentID: s[36:52]}
	version, ok := hexByte(s[:2])
	if !ok || version == 0xff {
		return wrong("its version must be two lower-case hexadecimal digits, and not ff")
	}
	flags, ok := hexByte(s[53:55])
	if !ok {
		return wrong("its flags must be two lower-case hexadecimal digits")
	}
	if !isID(t.TraceID) || !isID(t.ParentID) {
		return wrong("its ids must be lower-case hexadecimal, and not all zeros")
	}
	if rest := s[traceParentLength:]; rest != "" && (version == 0 || rest[0] != '-' || !isPrintable(rest)) {
		return wrong("has more behind its flags than its version allows")
	}
	t.Version, t.Flags = version, flags
	return t, nil
}

func hexByte(s string) (byte, bool) {
	high, ok := hexDigit(s[0])
	low, too := hexDigit(s[1])
	return high<<4 | low, ok && too
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

func isID(s string) bool {
	zero := true
	for i := range len(s) {
		if _, ok := hexDigit(s[i]); !ok {
			return false
		}
		zero = zero && s[i] == '0'
	}
	return !zero
}

// isPrintable reports whether s is printable ASCII without spaces.
func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
