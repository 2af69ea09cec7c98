# One command each; every target makes what it needs first. `make help` lists them.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Test processes: each takes whole files in their order, so that what a file builds once is built once, and
# its linear algebra keeps to one core.
WORKERS ?= 2
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help report pdf test test-browser test-peer aihwkit test-aihwkit bench bench-simulation lock clean
.DEFAULT_GOAL := help

help:            ## list the targets
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python >= 3.11 is needed, this is " + sys.version if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/report.done: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.done: requirements-dev.lock $(VENV)/report.done
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

report: $(VENV)/report.done ## execute the notebooks and render reports/rendered/index.html
	$(BIN)/aimc report

pdf: $(VENV)/report.done ## the whole report as build/report.pdf as well (needs an installed Chromium)
	$(BIN)/aimc report --pdf build/report.pdf

test: $(VENV)/test.done ## lint, type-check and run every test that needs neither a browser nor PEPit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test-browser: $(VENV)/test.done ## open the rendered site in an installed Chromium, network off
	$(BIN)/pytest -m browser tests/reports -n $(WORKERS) --dist worksteal -k "not (first_view and rendered)"
	$(BIN)/pytest -m browser tests/reports -k "first_view and rendered" # a time, so with nothing beside it

test-peer: $(VENV)/test.done ## compute exact worst cases with PEPit and hold the bounds against them
	$(BIN)/pytest -m peer tests/peer

aihwkit: $(VENV)/test.done ## install the peer simulator and what it needs (5.6 GB, Linux on x86-64, Python 3.11)
	$(PIP) --no-deps --require-hashes -r requirements-peer.lock

test-aihwkit: $(VENV)/test.done ## run the peer simulator beside ours, if `make aihwkit` has installed it
	@if $(BIN)/python -m tests.peer.kit; then $(BIN)/pytest -m aihwkit tests/peer/test_aihwkit.py; fi

bench: $(VENV)/test.done ## print what the commands cost on this machine
	$(BIN)/python tests/benchmarks/commands.py

bench-simulation: $(VENV)/test.done ## measure the simulation's speed, also against aihwkit if it is there; writes docs/speed.md
	$(BIN)/python -m tests.benchmarks.speed

lock:            ## resolve the dependencies anew (needs uv)
	echo 'setuptools>=80' | uv pip compile pyproject.toml - $(LOCK) -o requirements.lock
	echo 'setuptools>=80' | uv pip compile pyproject.toml - --extra test --extra fast --extra browser --extra peer $(LOCK) -o requirements-dev.lock
	uv pip compile tests/peer/aihwkit.in --no-deps $(LOCK) -o requirements-peer.lock
LOCK := --universal --generate-hashes --no-annotate --no-header --quiet

clean:           ## remove what the targets made, except the rendered report
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
