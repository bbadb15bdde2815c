//go:build js && wasm

package main

// Product is a book that the shop sells.
type Product struct {
	SKU    string `json:"sku"`
	Title  string `json:"title"`
	Author string `json:"author"`
	Price  int    `json:"price"` // cents
}

// Catalog is what the shop sells.
type Catalog struct {
	Products []Product `json:"products"`
}

// Choice names a product of the catalogue.
type Choice struct {
	SKU string `json:"sku"`
}

// Line is a product in the cart.
type Line struct {
	Product
	Quantity int `json:"quantity"`
}

// Cart is what somebody is about to buy.
type Cart struct {
	Lines []Line `json:"lines"` // in the order in which they were first added
	Count int    `json:"count"` // of all lines
	Total int    `json:"total"` // cents
}
