# The table of contents of the work: `make help`. Needs make, Python 3.11 or newer and python3-venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
WORKERS ?= 2
export PORT ?= 8000
export DATA_DIR ?= var
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PIP := .venv/bin/python -m pip --quiet
# Wheels only and hashes only: nothing is built, nothing is installed that the lock does not know.
INSTALL := $(PIP) install --require-hashes --only-binary :all: --no-deps --requirement
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

##@ Everyday
.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/.runtime ## Build .venv with the command `sad` in it

.PHONY: run
run: .venv/.runtime ## Serve the demonstration on 127.0.0.1:$PORT (8000), data in $DATA_DIR (var)
	@exec .venv/bin/sad serve --demonstration

.PHONY: test
test: .venv/.dev ## Install what is missing, then every check and every test
	@tests/services/apt.sh
	@checks=passed tests=passed; \
	$(MAKE) --jobs 2 --keep-going --output-sync=target lint || checks=FAILED; \
	.venv/bin/pytest --numprocesses $(WORKERS) --dist loadgroup || tests=FAILED; \
	echo "make test: checks $$checks, tests $$tests."; \
	[ "$$checks $$tests" = "passed passed" ]

##@ Parts of the tests
.PHONY: test-unit
test-unit: .venv/.dev ## Tests without a browser
	@.venv/bin/pytest --numprocesses $(WORKERS) --dist loadgroup --ignore tests/e2e

.PHONY: test-e2e
test-e2e: .venv/.dev ## Browser tests only
	@.venv/bin/pytest --numprocesses $(WORKERS) --dist loadgroup tests/e2e

.PHONY: faults
faults: .venv/.dev ## Crashes, full disks and lost servers (long, apart from `make test`)
	@.venv/bin/pytest --numprocesses 4 tests/faults

.PHONY: bench
bench: .venv/.dev ## Time and CPU of submitting, reading and listing, beside their bare floors
	@.venv/bin/python -m tests.bench

.PHONY: screenshots
screenshots: .venv/.dev ## Redraw the README's pictures of the main screens
	@.venv/bin/python -m tests.e2e.screenshots

##@ Source
.PHONY: lint lint-ruff lint-types lint-imports lint-templates
lint: lint-types lint-ruff lint-imports lint-templates ## Style, types, direction of imports, templates
lint-types: .venv/.dev
	@.venv/bin/mypy
lint-ruff: .venv/.dev
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
lint-imports: .venv/.dev
	@.venv/bin/lint-imports --no-logo
lint-templates: .venv/.dev
	@.venv/bin/djlint --lint --quiet templates

.PHONY: format
format: .venv/.dev ## Put the source in its one form
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

.PHONY: lock
lock: .venv/.dev ## Pin the dependencies of pyproject.toml, with their hashes
	@$(COMPILE) --extra install pyproject.toml --output-file requirements.lock
	@$(COMPILE) --all-extras pyproject.toml --constraints requirements.lock --output-file requirements-dev.lock

.PHONY: clean
clean: ## Remove .venv and caches; data stay
	@rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# The environment, in three steps each made once; `flock` lets two makes start together.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed, found: $$($(PYTHON) --version). Set PYTHON=…" >&2; exit 1; }
	@flock Makefile $(PYTHON) -m venv .venv \
		|| { echo "The environment could not be made; on Debian: apt install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.runtime: requirements.lock pyproject.toml | .venv/.made
	@echo "Installing what the engine needs, from requirements.lock…"
	@flock Makefile $(INSTALL) requirements.lock
	@flock Makefile $(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo "Installing what the tests need, from requirements-dev.lock…"
	@flock Makefile $(INSTALL) requirements-dev.lock
	@touch $@
