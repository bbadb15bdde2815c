package bus

// RandomOf draws the number that the bus would spread a pause with.
func RandomOf(b *Bus) float64 { return b.random() }

// SizeOf is about what data takes in memory.
func SizeOf(data any) int { return sizeOf(data) }

// PortOf is what a host would get of a bus, for what that does natively too.
func PortOf(b *Bus) *Port { return &Port{b} }
