// Package model compares the bus with a sequential model of it: random programs of publishing, subscribing,
// unsubscribing, failing, intercepting and, with policies, of time going on, from outside and from within handlers,
// run on both, which must agree on every call, failure, id, dead letter and count.
//
// RAPID_CHECKS and RAPID_STEPS set how many programs are run and how long they are; -rapid.seed repeats a run. make
// fuzz runs many. A program that failed is printed as short as it could be made, with what happened up to where the
// bus and the model part: #7 is the seventh event, s2 a subscription, i1 an interceptor, !3 a failure or a letter,
// #7/2 the second attempt at an event, and %9 picks one of those that there are.
//
// It is a module of its own so that no user of the bus downloads what generates the programs.
package model
