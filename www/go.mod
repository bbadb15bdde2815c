module github.com/trolleybus/trolleybus/www

go 1.26.0

require (
	github.com/andybalholm/brotli v1.2.8
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/trolleybus/trolleybus v0.0.0
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace github.com/trolleybus/trolleybus => ../
