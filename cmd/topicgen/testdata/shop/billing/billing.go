// Package billing has types whose names are those of others.
package billing

// Order is what is to be paid.
type Order struct {
	Sum int `json:"sum"`
	// Status as billing knows it.
	Status Status `json:"status"`
}

// Status of a bill.
type Status string

const (
	Due  Status = "due"
	Paid Status = "paid" // in full
)
