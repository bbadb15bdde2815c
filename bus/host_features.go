package bus

// What the features of a page's bus are called (Host.Lacks).
const (
	featureRequests = "requests"
	featurePolicies = "policies"
	featureKeeping  = "keeping"
)

// lacking returns ErrFeature where the host's side was made without one of the features; "" is none.
func (b *Bus) lacking(features ...string) error {
	h := b.host.Load()
	if h == nil {
		return nil
	}
	for _, name := range features {
		if name != "" && (*h).Lacks(name) {
			return ErrFeature
		}
	}
	return nil
}

// needs are the features that the options of a subscription are of.
func (s *settings) needs() (features [3]string) {
	if s.responder != nil {
		features[0] = featureRequests
	}
	if s.concurrency > 0 || s.retry != nil || s.timeout > 0 || s.dedupe != nil || s.group != "" || s.pacing != unpaced {
		features[1] = featurePolicies
	}
	if s.replay.asked() {
		features[2] = featureKeeping
	}
	return features
}

// needs are the same of a subscription that exists.
func (s *Subscription) needs() (features [3]string) {
	x := s.extras
	if x == nil {
		return features
	}
	if x.responder != nil {
		features[0] = featureRequests
	}
	if c := x.consumer; c != nil && (c.most > 0 || c.retry != nil || c.timeout > 0 || c.window != nil || c.group != nil || c.pacer != nil) {
		features[1] = featurePolicies
	}
	if x.live != nil {
		features[2] = featureKeeping
	}
	return features
}

// withoutFeatures ends what was made before there was a host, and needs what that lacks: each is a failure.
func (b *Bus) withoutFeatures() {
	for _, s := range b.ownSubscriptions() {
		needs := s.needs()
		if err := b.lacking(needs[:]...); err != nil {
			s.Unsubscribe()
			b.report(nil, b.newFailure(s, nil, &opError{"subscribe", s.Pattern(), err}))
		}
	}
	if b.lacking(featureKeeping) == nil {
		return
	}
	var kept []string
	b.mu.Lock()
	for topic, d := range b.declared {
		if d.recorder != nil {
			without := *d
			without.recorder, without.history = nil, nil
			b.declared[topic] = &without
			kept = append(kept, topic)
		}
	}
	b.cache.clear()
	b.mu.Unlock()
	for _, topic := range kept {
		b.report(nil, &Failure{Err: &opError{"declare", topic, ErrFeature}, Pattern: topic, Time: b.clock.Wall()})
	}
}
