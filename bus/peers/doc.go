// Package peers compares the bus with others: its matcher with nats-server's by fuzzing, its speed and
// memory with theirs by go run ./bench. It is a module of its own so that no user of the bus downloads them.
package peers
