module github.com/trolleybus/trolleybus/bus/model

go 1.26.0

replace github.com/trolleybus/trolleybus => ../..

require (
	github.com/trolleybus/trolleybus v0.0.0
	pgregory.net/rapid v1.3.0
)

require github.com/stretchr/testify v1.12.1

require go.yaml.in/yaml/v3 v3.0.5 // indirect
