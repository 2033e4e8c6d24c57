# Luneo. `make demo` runs it, `make test` tests it; both install what they need beside the code.
#
#   make demo ARGS="--port 9000 --data /srv/luneo"     another port, another data folder
#   make demo PYTHON=python3.13                        another Python

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
CI ?=

.DEFAULT_GOAL := help
.PHONY: help install setup demo up test test-slow check golden gallery bench protos lock page coverage clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

install:
	@$(PYTHON) .ci/install.py

setup: ## install everything that tests and checks need
	@$(PYTHON) .ci/install.py --dev

page: install
	@$(BIN)/python .ci/page.py

demo: page ## sample brands and products, in a browser, with data that is kept
	@$(BIN)/luneo demo $(ARGS)

up: page ## everything without the samples
	@$(BIN)/luneo up $(ARGS)

test: setup page ## what every change must pass
	@$(BIN)/pytest -n auto --dist worksteal -m "not slow" $(ARGS)

test-slow: setup page ## conformance, faults and load; modules share the processors
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder -m slow $(ARGS)

coverage: setup page ## the tests, with lines and branches that they reach
	@$(BIN)/pytest -n auto --dist worksteal -m "not slow" --cov --cov-report=term:skip-covered $(ARGS)

check: setup ## style, types, imports between packages, protos
	@$(BIN)/python .ci/check.py

golden: setup page ## make the golden files anew, then look at what changed
	@$(BIN)/pytest -m "not slow" --golden tests/golden tests/examples $(ARGS); git status --short tests examples

gallery: setup ## every feature of the layout engine as a picture, in build/gallery/index.html
	@$(BIN)/python -m examples.gallery $(ARGS)

bench: setup page ## a table of measures, each beside a named peer; ARGS=--json
	@$(BIN)/python -m tests.bench $(ARGS)

protos: setup ## generate the Python modules of the protos
	@$(BIN)/python protos/generate.py

lock: ## resolve the dependencies of pyproject.toml anew
	@$(PYTHON) .ci/lock.py $(ARGS)

clean: ## remove what was installed and built, keep the data
	rm -rf .venv node_modules build
