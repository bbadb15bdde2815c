// Package model compares the bus with a sequential model of it: random programs of publishing, subscribing,
// unsubscribing, failing and intercepting, from outside and from within handlers, run on both, which must
// agree on every call, failure and count.
//
// RAPID_CHECKS and RAPID_STEPS set how many programs are run and how long they are; RAPID_SEED repeats a run.
// It is a module of its own so that no user of the bus downloads what generates the programs.
package model
