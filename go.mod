module github.com/trolleybus/trolleybus

go 1.26
