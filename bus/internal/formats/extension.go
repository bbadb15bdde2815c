package formats

// IsName reports whether s can be the name of a CloudEvents attribute.
func IsName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// IsExtension reports whether s can be the name of a CloudEvents attribute for which an event has no place of its own.
func IsExtension(s string) bool {
	switch s {
	case "specversion", "id", "source", "type", "time", "subject", "datacontenttype", "dataschema", "data",
		"traceparent", "correlationid", "causationid", "partitionkey", "version":
		return false
	}
	return IsName(s)
}
