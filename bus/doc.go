// Package bus is a publish/subscribe bus: topics with wildcards, typed topics, ordered delivery, isolated failures.
package bus
