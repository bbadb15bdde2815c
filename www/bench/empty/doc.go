// Command empty is what a page pays for Go alone: the program that the start of the bus is measured against.
package main
