package bus

import "github.com/trolleybus/trolleybus/bus/subject"

const (
	// MaxTopicBytes is the longest topic or pattern, in bytes of UTF-8.
	MaxTopicBytes = subject.MaxBytes
	// MaxTopicTokens is the largest number of tokens in a topic or pattern.
	MaxTopicTokens = subject.MaxTokens
)

// TopicError tells what is wrong with a topic or pattern, and where.
type TopicError = subject.Error

// ValidateTopic returns a *TopicError unless topic is one that an event can have, as subject.Check has it. A topic that
// begins with '$' is valid, but only the bus publishes on it; one of a dead letter may be longer, by DeadTopic.
func ValidateTopic(topic string) error { return subject.CheckBehind(DeadTopic, topic) }

// ValidatePattern returns a *TopicError unless pattern is one that can be subscribed to: see subject.CheckPattern.
func ValidatePattern(pattern string) error { return subject.CheckPattern(pattern) }

// Match reports whether pattern matches topic, both of which must be valid: see subject.Match.
func Match(pattern, topic string) bool { return subject.Match(pattern, topic) }

// publishable returns a *TopicError if topic is not one that users may publish on.
func publishable(topic string) error {
	if err := ValidateTopic(topic); err != nil {
		return err
	}
	return subject.CheckUnreserved(topic)
}
