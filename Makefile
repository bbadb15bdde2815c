# Needs Go 1.26, Node 20, npm and make. Every target installs what else it needs, once.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.SUFFIXES:
.NOTPARALLEL:
.DEFAULT_GOAL := help

GO ?= go
NODE ?= node
NPM ?= npm
# How long each fuzz target runs in `make test` and in `make fuzz`. The first is a number of inputs: where time ends while an
# input is tried, Go now and then calls that a failure ("context deadline exceeded").
SMOKE_FUZZTIME ?= 2000x
FUZZTIME ?= 60s
# How many random programs `make fuzz` plays on the bus and on its model, of each kind.
MODEL_CHECKS ?= 10000
# What `make mutate` mutates, a package with those below it, and how many mutants it tries at a time.
MUTATE ?= ./bus
MUTATE_WORKERS ?= 1
# Where `make demo` listens; port 0 is a free one; several give pages of several origins. HOSTS: its names beside localhost.
ADDR ?= 127.0.0.1:0
HOSTS ?=

BIN := $(CURDIR)/build/bin
JS := GOOS=js GOARCH=wasm
ROOT := $(CURDIR)
# staticcheck takes a //go:wasmexport function, and all that only it uses, for unused.
JS_CHECKS := -checks inherit,-U1000
# All modules; www is tested apart, since most of its tests need dist.
MODULES := $(patsubst %/,%,$(dir $(shell find . -name node_modules -prune -o -path ./build -prune -o -path ./dist -prune -o -name go.mod -print | sort)))
NESTED := $(filter-out . ./www,$(MODULES))
GO_SOURCES := $(shell find bus internal jsbridge wasm -name '*.go' -not -name '*_test.go' 2>/dev/null) go.mod go.sum
TS_SOURCES := $(shell find www/src -name '*.ts' 2>/dev/null) bus/options.json
TOOL_SOURCES := $(wildcard www/tools/*.mjs www/cli/*.mjs)
DEMO_SOURCES := $(shell find www/demo -name node_modules -prune -o -type f -print 2>/dev/null)
HOST_SOURCES := $(shell find www/serve www/browser -name '*.go' -not -name '*_test.go') $(wildcard www/browser/wasmexec/*.js) www/go.mod www/go.sum
# Programs of www for the page, which their tests load.
COMPONENTS = $(patsubst www/%/,./%,$(sort $(dir $(shell grep -rlE --include='*.go' --exclude-dir=node_modules --exclude-dir=testdata '^//go:build js' www))))
NODE_MODULES := www/node_modules/.package-lock.json

# A stamp says nothing once what it stands for is gone.
$(shell [ -e dist/trolleybus.wasm ] || rm -f build/stamp/dist; [ -e build/demo/index.html ] || rm -f build/stamp/demo; [ -e build/site/index.html ] || rm -f build/stamp/site)

say = @printf '\n\033[1m== %s\033[0m\n' "$(1)"

.PHONY: help
help: ## Lists the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

# --- What is built -----------------------------------------------------------------------------

.PHONY: dist
dist: build/stamp/dist ## Builds dist/, the npm package

build/stamp/dist: $(NODE_MODULES) $(GO_SOURCES) $(TS_SOURCES) $(TOOL_SOURCES) www/build.mjs www/tsconfig.json $(wildcard README.md) LICENSE build/stamp/go-version
	$(NODE) www/build.mjs $(if $(SOURCEMAP),--sourcemap)
	@touch $@

# Made anew when another Go builds the project: the program and its wasm_exec.js must be of one version.
.PHONY: FORCE
build/stamp/go-version: FORCE | build/stamp/tools
	@$(GO) env GOVERSION | cmp -s - $@ || $(GO) env GOVERSION > $@

build/stamp/tools:
	@mkdir -p build/stamp $(BIN)
	@command -v $(GO) >/dev/null || { echo 'Go 1.26 or later is needed: https://go.dev/dl/'; exit 1; }
	@command -v $(NODE) >/dev/null && command -v $(NPM) >/dev/null || { echo 'Node 20 or later and npm are needed: https://nodejs.org'; exit 1; }
	@$(NODE) -e 'if (parseInt(process.versions.node) < 20) { console.log("Node 20 or later is needed, this is " + process.version); process.exit(1) }'
	@touch $@

%/node_modules/.package-lock.json: %/package-lock.json %/package.json | build/stamp/tools
	$(NPM) ci --prefix $* --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(BIN)/staticcheck $(BIN)/wasmbrowsertest: go.mod go.sum build/stamp/go-version | build/stamp/tools
	$(GO) build -o $@ $(if $(findstring static,$@),honnef.co/go/tools/cmd/staticcheck,github.com/agnivade/wasmbrowsertest)

$(BIN)/gremlins: bus/model/go.mod bus/model/go.sum build/stamp/go-version | build/stamp/tools
	cd bus/model && $(GO) build -o $@ github.com/go-gremlins/gremlins/cmd/gremlins

$(BIN)/serve $(BIN)/wasmexec $(BIN)/findengine: $(HOST_SOURCES) build/stamp/go-version | build/stamp/tools
	cd www && $(GO) build -o $@ ./$(if $(findstring serve,$@),serve,browser/$(notdir $@))

$(BIN)/asyncapi $(BIN)/topicgen: $(shell find cmd -name '*.go' -not -path '*/testdata/*' -not -name '*_test.go') cmd/go.mod cmd/go.sum build/stamp/go-version | build/stamp/tools
	cd cmd && $(GO) build -o $@ ./$(@F)

.PHONY: demo demo-build site
demo: site $(BIN)/serve ## Builds the demo, the examples and the guide and serves them, ADDR=127.0.0.1:0
	@$(BIN)/serve $(addprefix -addr ,$(ADDR)) $(addprefix -host ,$(HOSTS)) build/site

site: build/stamp/site ## Builds into build/site what make demo serves

build/stamp/site: build/stamp/demo build/stamp/examples www/site.mjs $(wildcard www/site/*) $(TOOL_SOURCES) $(wildcard docs/*.md)
	$(NODE) www/site.mjs
	@touch $@

demo-build: build/stamp/demo ## Builds the demo into build/demo

build/stamp/demo: build/stamp/dist $(DEMO_SOURCES) www/demo.mjs
	$(NODE) www/demo.mjs
	@touch $@

# Each example app, built by its own tool chain with the packed package.
EXAMPLE_SOURCES := $(shell find www/examples -mindepth 2 \( -name node_modules -o -name dist -o -name .next -o -name .angular -o -name '*.wasm' \) -prune -o -type f -print 2>/dev/null)

.PHONY: examples
examples: build/stamp/examples ## Builds the example apps into their dist/

build/stamp/examples: build/stamp/dist www/examples/node_modules/.package-lock.json $(EXAMPLE_SOURCES) www/tools/examples.mjs
	$(NODE) www/tools/examples.mjs
	@touch $@

.PHONY: bundlers
bundlers: www/bundlers/node_modules/.package-lock.json ## Installs the versions of Vite that the package is tried with

.PHONY: runners
runners: www/runners/node_modules/.package-lock.json ## Installs the test runners that the package is tried with

.PHONY: asyncapi
asyncapi: build/asyncapi.json ## Writes build/asyncapi.json, the AsyncAPI document of the demo's component

build/asyncapi.json: $(BIN)/asyncapi $(GO_SOURCES) $(wildcard www/demo/component/*.go)
	cd www && $(BIN)/asyncapi -goos js -goarch wasm -title 'Demo of Trolleybus' -version "$$($(NODE) -p 'require("./package.json").version')" -o $(ROOT)/$@ ./demo/component/...

# Where the types of each Go component's topics go, in www.
TOPICS := demo/src/board/go-topics.ts=./demo/component/... \
  examples/shared/topics.ts=./examples/component

.PHONY: topics check-topics
topics: ## Writes the TypeScript types of the topics that the Go components of the demo and the examples declare
check-topics: TOPICGEN_FLAGS := -check
topics check-topics: $(BIN)/topicgen
	$(call say,topicgen $(TOPICGEN_FLAGS))
	cd www
	for pair in $(TOPICS); do $(BIN)/topicgen $(TOPICGEN_FLAGS) -goos js -goarch wasm -never-nil -o "$${pair%%=*}" "$${pair#*=}"; done

.PHONY: options
options: build/stamp/tools ## Writes what Go has of the table of options, bus/options.json, which JavaScript has too
	$(GO) run ./bus/internal/optiongen .

# The page refuses a program that states another crossing than its own.
CROSSING_SOURCES := $(wildcard jsbridge/*.go www/src/core/crossing/*.ts www/src/features/*/crossing.ts www/src/go/*.ts)
jsbridge/crossing.go: $(filter-out %_test.go jsbridge/crossing.go,$(CROSSING_SOURCES)) www/package.json www/tools/crossing.mjs | build/stamp/tools
	$(NODE) www/tools/crossing.mjs
	@touch $@

.PHONY: crossing
crossing: jsbridge/crossing.go ## Writes what Go states of the crossing between JavaScript and Go; what is built with it does so too

# --- Tests -------------------------------------------------------------------------------------

.PHONY: test
test: vet staticcheck check-topics test-go test-modules check-types dist test-node check-package test-wasm fuzz-smoke test-browsers ## Runs all tests

.PHONY: vet
vet: build/stamp/tools ## go vet, for this machine and for the page
	$(call say,go vet)
	$(GO) vet ./...
	$(JS) $(GO) vet ./...
	for dir in $(NESTED) ./www; do (cd $$dir && $(GO) vet ./...); done
	cd www && $(JS) $(GO) vet $(COMPONENTS); cd ..
	unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "gofmt: $$unformatted"; exit 1; fi

.PHONY: staticcheck
staticcheck: $(BIN)/staticcheck ## staticcheck, for this machine and for the page
	$(call say,staticcheck)
	$(BIN)/staticcheck ./...
	$(JS) $(BIN)/staticcheck $(JS_CHECKS) ./...
	for dir in $(NESTED) ./www; do (cd $$dir && $(BIN)/staticcheck ./...); done
	cd www && $(JS) $(BIN)/staticcheck $(JS_CHECKS) $(COMPONENTS)

.PHONY: test-go
test-go: build/stamp/tools ## Go tests on this machine
	$(call say,go test -race)
	$(GO) test -race -shuffle=on ./...
	# What it makes ten times as long, in full, and what the race detector itself allocates for.
	$(GO) test ./bus

.PHONY: test-modules
test-modules: build/stamp/tools ## Tests of the nested modules that need no browser
	$(call say,go test -race in nested modules)
	# Those of cmd have one goroutine, and type-check whole programs.
	for dir in $(NESTED); do (cd $$dir && $(GO) test $$([ $$dir = ./cmd ] || echo -race) -shuffle=on ./...); done
	cd www && $(GO) test -race -shuffle=on ./serve/...

.PHONY: check-types
check-types: $(NODE_MODULES) ## Type check of the TypeScript sources and the type tests
	$(call say,tsc)
	cd www
	node_modules/.bin/tsc -p tsconfig.json
	if [ -f demo/tsconfig.json ]; then node_modules/.bin/tsc -p demo/tsconfig.json --noEmit; fi

# The Go side of the tests in Node and in Chromium.
build/test/component.wasm: $(GO_SOURCES) $(wildcard www/browser/component/*.go) build/stamp/go-version
	mkdir -p build/test
	cd www && $(JS) $(GO) build -trimpath -o $(ROOT)/$@ ./browser/component

# The schema libraries of the tests.
build/test/validators.js: build/stamp/dist www/test/validators.mjs www/tools/validators.mjs
	$(NODE) www/tools/validators.mjs

# The adapters and their frameworks: adapters.js for the page, adapters-server.js for Node.
build/test/adapters.js: build/stamp/dist $(wildcard www/test/adapters/*.mjs) www/tools/adapters.mjs
	$(NODE) www/tools/adapters.mjs

.PHONY: test-node
test-node: build/stamp/dist runners build/test/component.wasm build/test/validators.js build/test/adapters.js build/asyncapi.json ## Tests of dist in Node
	$(call say,node --test)
	# By itself Node leaves a core idle.
	$(NODE) --test --test-concurrency="$$($(NODE) -p 'os.availableParallelism()')" --test-reporter=spec $(wildcard www/test/*.test.mjs www/test/adapters/*.test.mjs www/tools/*.test.mjs)

.PHONY: check-package
check-package: build/stamp/dist ## publint and arethetypeswrong on the npm package
	$(call say,publint and attw)
	cd www
	node_modules/.bin/publint run ../dist --strict
	attw() { node_modules/.bin/attw --pack ../dist --profile esm-only --exclude-entrypoints trolleybus.wasm wasm_exec.js "$$@"; }
	# Its table is for those who have something to mend.
	attw --quiet || attw --no-emoji --no-color

.PHONY: chromium firefox
chromium: $(BIN)/findengine ## Finds or installs Chromium and prints its path
firefox: $(BIN)/findengine ## Finds or installs Firefox and prints its path
chromium firefox:
	@$(BIN)/findengine $@

.PHONY: test-wasm
test-wasm: build/stamp/dist $(BIN)/wasmexec $(BIN)/wasmbrowsertest $(BIN)/findengine ## Go tests in Chromium
	$(call say,go test in Chromium)
	chrome=$$($(BIN)/findengine chromium)
	packages=$$($(JS) $(GO) list ./bus/... ./internal/... ./jsbridge/...)
	CHROME=$$chrome $(JS) $(GO) test -count=1 -exec "$(BIN)/wasmexec -wasmbrowsertest $(BIN)/wasmbrowsertest -runtime $(ROOT)/dist/trolleybus.iife.js" $$packages

.PHONY: test-browser
test-browser: build/stamp/dist build/stamp/examples bundlers build/test/component.wasm build/test/validators.js build/test/adapters.js build/stamp/site $(BIN)/findengine ## Tests that drive Chromium against dist and the demo
	$(call say,go test with chromedp)
	chrome=$$($(BIN)/findengine chromium)
	cd www && CHROME=$$chrome $(GO) test -count=1 -timeout 45m $$($(GO) list ./... | grep -vE '/www/(serve|browser/firefox)')

.PHONY: test-firefox
test-firefox: build/stamp/dist build/test/component.wasm build/test/validators.js $(BIN)/wasmexec $(BIN)/findengine ## The suites and the Go tests of jsbridge in Firefox
	$(call say,go test in Firefox)
	firefox=$$($(BIN)/findengine firefox)
	(cd www && FIREFOX=$$firefox $(GO) test -count=1 -timeout 45m ./browser/firefox) & suites=$$!
	failed=0
	$(JS) $(GO) test -count=1 -exec "$(BIN)/wasmexec -firefox $$firefox -driver $(ROOT)/www/browser/firefox/drive.mjs -runtime $(ROOT)/dist/trolleybus.iife.js" ./jsbridge || failed=1
	wait $$suites || failed=1
	exit $$failed

.PHONY: test-browsers
test-browsers: build/stamp/dist build/stamp/examples bundlers build/test/component.wasm build/test/validators.js build/test/adapters.js build/stamp/site $(BIN)/wasmexec $(BIN)/findengine ## test-browser and test-firefox side by side, since a page uses one core most of the time
	$(call say,go test with chromedp and in Firefox)
	chrome=$$($(BIN)/findengine chromium) firefox=$$($(BIN)/findengine firefox)
	(cd www && CHROME=$$chrome FIREFOX=$$firefox $(GO) test -count=1 -timeout 45m $$($(GO) list ./... | grep -v '/www/serve')) & pages=$$!
	failed=0
	$(JS) $(GO) test -count=1 -exec "$(BIN)/wasmexec -firefox $$firefox -driver $(ROOT)/www/browser/firefox/drive.mjs -runtime $(ROOT)/dist/trolleybus.iife.js" ./jsbridge || failed=1
	wait $$pages || failed=1
	exit $$failed

.PHONY: fuzz fuzz-smoke
fuzz: fuzz-model ## Fuzzes each target for FUZZTIME=60s
fuzz-smoke: FUZZTIME := $(SMOKE_FUZZTIME)
fuzz fuzz-smoke: build/stamp/tools
	$(call say,fuzz targets for $(FUZZTIME) each)
	@for dir in . $(NESTED); do cd $(ROOT)/$$dir; \
	  targets=$$($(GO) test -list '^Fuzz' ./... | awk '/^Fuzz/ { names[++n] = $$1 } /^ok/ { for (i = 1; i <= n; i++) print $$2, names[i]; n = 0 }'); \
	  while read -r package name; do [ -n "$$name" ] || continue; \
	    echo "$$name"; $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$$package" </dev/null; \
	  done <<< "$$targets"; \
	done

# Those that do a part only, by suites/effort.mjs or themselves.
SUITES_IN_NODE = $(shell grep -lE 'suites/|SOAK' www/test/*.test.mjs)

.PHONY: soak
soak: export SOAK := 1
soak: build/stamp/dist build/stamp/site bundlers build/test/component.wasm build/test/validators.js $(BIN)/findengine fuzz-model ## What `make test` tries some of, in full: instances of Go that die at every crossing, random programs, the suites in browsers
	$(call say,the suites in Node, every crossing of a hand-over)
	$(NODE) --test --test-concurrency="$$($(NODE) -p 'os.availableParallelism()')" --test-reporter=spec $(SUITES_IN_NODE)
	$(call say,random types)
	cd cmd && RANDOM_SEEDS=20 $(GO) test -count=1 -timeout 0 -run TestRandomTypes ./internal/jsonschema; cd ..
	$(call say,the suites in Chromium and in Firefox)
	chrome=$$($(BIN)/findengine chromium) firefox=$$($(BIN)/findengine firefox)
	cd www && CHROME=$$chrome FIREFOX=$$firefox $(GO) test -count=1 -timeout 2h -p 1 -run '^TestSuites|^TestSiteServesTheExamples' ./browser ./browser/firefox
	$(call say,each version of Vite)
	CHROME=$$chrome $(GO) test -count=1 -timeout 1h -run '^TestVite' ./browser/apps

.PHONY: fuzz-model
fuzz-model: build/stamp/tools ## Plays MODEL_CHECKS=10000 random programs on the bus and on its model
	$(call say,$(MODEL_CHECKS) programs of each kind)
	cd bus/model && RAPID_CHECKS=$(MODEL_CHECKS) $(GO) test -count=1 -timeout 0 -run 'TestModel|TestPolicies' .

# What it mutates is a copy, without what else is in the checkout: each worker copies all of it again.
.PHONY: mutate
mutate: $(BIN)/gremlins ## Mutates MUTATE=./bus and what is below it, and prints how many mutants the tests of the same package notice
	$(call say,mutants of $(MUTATE))
	rm -rf build/mutate && mkdir -p build/mutate/tree
	git ls-files -z go.mod go.sum bus internal | xargs -0 cp --parents -t build/mutate/tree
	cd build/mutate/tree
	$(BIN)/gremlins unleash $(MUTATE) --workers $(MUTATE_WORKERS) --timeout-coefficient 5 --output-statuses lct --output ../mutants.json

# --- Measurements ------------------------------------------------------------------------------

.PHONY: size
size: build/stamp/dist ## Prints the compressed sizes and writes build/size.json
	$(NODE) www/size.mjs

.PHONY: bench bench-native bench-browser
bench: bench-native bench-browser ## Runs the benchmarks, writes build/bench/*.json

bench-native: build/stamp/tools
	$(call say,native benchmarks)
	@mkdir -p build/bench
	cd bus/peers && $(GO) run ./bench

bench-browser: build/stamp/dist $(patsubst %/package-lock.json,%/node_modules/.package-lock.json,$(wildcard www/bench/package-lock.json)) $(BIN)/findengine
	$(call say,benchmarks in Chromium)
	@mkdir -p build/bench
	chrome=$$($(BIN)/findengine chromium)
	cd www && CHROME=$$chrome $(GO) run ./bench

.PHONY: clean
clean: ## Removes everything that was built, and the installed npm packages
	rm -rf build dist www/node_modules www/{bench,bundlers,examples,runners}/node_modules www/examples/*/{dist,.next,.angular} www/examples/*/public/component.wasm www/{examples/.copy-*,runners/.project-*}
