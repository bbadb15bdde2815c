package bustest

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// Run checks the contract. fresh makes a Subject with no subscriptions; Run closes it.
func Run(t *testing.T, fresh func(t testing.TB) Subject, f Features) {
	type test struct {
		name string
		run  func(*kit)
		need bool
	}
	for _, tc := range []test{
		{"D1/run to completion, first in first out", runToCompletion, true},
		{"D1/the outermost publish returns when the queue is empty", outermostReturnsLast, true},
		{"D1/a nested publish only queues", nestedOnlyQueues, true},
		{"D1/deep cascades keep their order", cascades, true},
		{"D1/sequence numbers grow along the queue", sequence, true},
		{"D1/causes are known from the queue", causes, true},
		{"D1/a context outlives its run", contextAfterRun, true},
		{"D1/each publisher in its own order", publishersInOrder, f.Concurrent},
		{"D1/a publish from a goroutine of a handler", publishFromGoroutine, f.Concurrent},
		{"D2/added during delivery is not called", addedDuring, true},
		{"D2/added during delivery gets the next event", addedGetsQueued, true},
		{"D2/removed during delivery is not called any more", removedDuring, true},
		{"D2/handlers that remove themselves", removeSelf, true},
		{"D2/the snapshot is taken when delivery begins", snapshotAtBegin, true},
		{"D3/subscription order across literal and wildcard", order, true},
		{"D3/order survives removal and return", orderAfterReturn, true},
		{"D3/many subscribers of one topic", manyInOrder, true},
		{"D4/an error stops no other handler", errorIsolated, true},
		{"D4/a panic stops no other handler", panicIsolated, f.Panics},
		{"D4/all handlers panic", allPanic, f.Panics},
		{"D4/a handler that ends its goroutine", goexitIsolated, f.Goexit},
		{"D4/each failure is reported exactly once", reportedOnce, true},
		{"D4/a failure is reported behind its event", reportedBehind, true},
		{"D4/a failing failure handler makes no loop", failingFailureHandler, true},
		{"D4/a failing filter is the subscription's failure", failingFilter, f.Panics},
		{"D4/publish throws for its caller's mistakes only", publishMistakes, true},
		{"D5/a handler that publishes for ever", endless, true},
		{"D5/a cycle of topics is named", cycle, true},
		{"D5/a long chain within the limit", longChain, true},
		{"D6/kept events first, then live ones", replayThenLive, f.Replay},
		{"D6/the retained value of each topic", replayRetained, f.Replay},
		{"D6/through a wildcard in one order", replayWildcard, f.Replay},
		{"D6/the last of each topic, and after a number", replayFrom, f.Replay},
		{"D6/publishing from within the replay", replayPublishes, f.Replay},
		{"D6/subscribing within a delivery", replayWithinDelivery, f.Replay},
		{"D6/the same events again", replaySame, f.Replay},
		{"D6/once, filter and failures", replayOptions, f.Replay},
		{"D6/unsubscribing ends the replay", replayEnded, f.Replay},
		{"D6/bounds, clearing and the last value", keeping, f.Replay},
		{"D6/subscribing while others publish", replayConcurrent, f.Replay && f.Concurrent},
		{"D11/values arrive unchanged", values, true},
		{"D11/by reference within one realm", reference, f.Reference},
		{"D12/unsubscribing is immediate", immediate, true},
		{"D12/unsubscribing twice is harmless", twice, true},
		{"D12/thousands of subscriptions leave nothing", leavesNothing, true},
		{"D12/subscribers come and go while others publish", comeAndGo, f.Concurrent},
		{"D12/close ends everything", closes, true},
		{"D12/close from a handler", closeInHandler, true},
		{"topics/grammar", grammar, true},
		{"topics/names of object members", memberNames, true},
		{"topics/wildcards and reserved topics", reservedTopics, true},
		{"topics/matching", matching, true},
		{"once/one event only", once, true},
		{"once/with a filter", onceFiltered, true},
		{"once/that publishes its own topic", onceRecursive, true},
		{"once/under concurrent publishers", onceConcurrent, f.Concurrent},
		{"filter/keeps events away", filtered, true},
		{"stats/exact when nothing is under way", stats, true},
		{"stats/exact after concurrent publishers", statsConcurrent, f.Concurrent},
		{"request/the first reply, at its place in the order", requestFirst, f.Requests},
		{"request/subscribers get it too, responders nothing else", requestVisible, f.Requests},
		{"request/without responders it fails at once", requestNobody, f.Requests},
		{"request/a failure is the requester's, once, with its code", requestFailure, f.Requests},
		{"request/a failure that the requester is not told is reported", requestUntold, f.Requests},
		{"request/gather", requestGather, f.Requests},
		{"request/a panic is the requester's", requestPanic, f.Requests && f.Panics},
		{"request/once, filter and unsubscribing", requestOptions, f.Requests},
		{"request/after close", requestClosed, f.Requests},
		{"use/order, change, drop and error", interceptors, f.Interceptors},
		{"use/a changed topic is checked and routed", interceptTopic, f.Interceptors},
		{"use/nested publishes pass too", interceptNested, f.Interceptors},
		{"use/a removed interceptor is gone", interceptRemoved, f.Interceptors},
		{"declare/a schema refuses before anybody gets it", schemaRefuses, f.Declarations},
		{"declare/a nested publish is checked at once", schemaNested, f.Declarations},
		{"declare/a panic of a schema is the publisher's error", schemaPanics, f.Declarations && f.Panics},
		{"declare/versions are brought up before the schema", versions, f.Declarations},
		{"declare/a topic is declared once", declaredTwice, f.Declarations},
		{"use/a panic is the publisher's error", interceptPanic, f.Interceptors && f.Panics},
		{"joint/an event keeps id, source, time and cause, and is numbered here", jointKeeps, f.Joints},
		{"joint/an event waits its turn, and has no cause of here", jointWaits, f.Joints},
		{"joint/a chain of events is bounded", jointRecursion, f.Joints},
		{"joint/interceptors were the sender's", jointIntercepted, f.Joints && f.Interceptors},
		{"joint/an event is once over several joints", jointOnce, f.Joints},
		{"joint/an event of this bus does not come back", jointOwn, f.Joints},
		{"joint/what its schema refuses is a failure, once", jointRefused, f.Joints},
		{"joint/versions are brought up", jointVersions, f.Joints},
		{"joint/what is wrong is a typed error", jointMistakes, f.Joints},
		{"joint/close", jointClosed, f.Joints},
		{"joint/reserved topics", jointReserved, f.Joints},
		{"joint/forget", jointForget, f.Joints},
		{"joint/of retained values the greatest stamp stays", jointRetained, f.Joints},
		{"joint/a tombstone keeps older values away", jointTombstone, f.Joints},
		{"joint/what is published and cleared here is newer", jointRetainedHere, f.Joints},
		{"joint/wrong stamps and topics", jointStamps, f.Joints},
		{"joint/retained values converge in whatever order they come", jointConverges, f.Joints},
		{"joint/an answer at once, and later", jointAnswers, f.Joints},
		{"joint/failures, and nobody who answers", jointAnswerFails, f.Joints},
		{"joint/a request from elsewhere", jointRequests, f.Joints},
		{"joint/close ends what is to be answered", jointAnswerClosed, f.Joints},
		{"joint/what leaves does not come back", jointSubscribes, f.Joints},
	} {
		if !tc.need {
			continue
		}
		t.Run(tc.name, func(t *testing.T) {
			s := fresh(t)
			k := &kit{T: t, s: s, ctx: context.Background()}
			tc.run(k)
			require.NoError(t, s.Close())
			require.Zero(t, s.Stats().Subscriptions, "subscriptions left after Close")
		})
	}
	if !f.Policies {
		return
	}
	for _, tc := range policyTests {
		t.Run(tc.name, func(t *testing.T) { tc.check(t, fresh, f.Bubble) })
	}
}

// kit is what a test of the suite works with: shorthands that fail the test.
type kit struct {
	*testing.T
	s   Subject
	ctx context.Context
	log []string
}

func (k *kit) publish(ctx context.Context, topic string, data any) {
	k.Helper()
	require.NoError(k.T, k.s.Publish(ctx, topic, data))
}

func (k *kit) subscribe(pattern string, h Handler, o ...Options) func() {
	k.Helper()
	var opt Options
	if len(o) > 0 {
		opt = o[0]
	}
	off, err := k.s.Subscribe(pattern, h, opt)
	require.NoError(k.T, err)
	return off
}

// logs subscribes a handler that writes its name and the topic.
func (k *kit) logs(name, pattern string, o ...Options) func() {
	k.Helper()
	return k.subscribe(pattern, func(_ context.Context, e Event) error {
		k.log = append(k.log, name+" "+e.Topic)
		return nil
	}, o...)
}

func (k *kit) logged(want ...string) {
	k.Helper()
	require.Equal(k.T, want, k.log)
	k.log = nil
}

func (k *kit) failures(n int) []Failure {
	k.Helper()
	all := k.s.Failures()
	require.Len(k.T, all, n, "reported failures")
	return all
}

func (k *kit) code(want string, err error) {
	k.Helper()
	require.Error(k.T, err)
	require.Equal(k.T, want, bus.Code(err), "code of %v", err)
}

// some is how much of n is enough: a tenth in a page, where each step takes ten times as long.
func some(n int) int {
	if runtime.GOOS == "js" {
		return n / 10
	}
	return n
}
