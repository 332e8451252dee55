# Everything a person types. `make demo` and `make test` set up what they need: Python 3.11 to 3.13 and make are enough.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
LINT_DATA := $(CURDIR)/data/lint
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
INSTALL := VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(UV) pip install --quiet --compile-bytecode --constraints constraints.txt
else
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo refresh dev test bench lint docs screenshots format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY_DEV) ## Install everything into .venv, once

# What a user needs, then what a contributor needs.
$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found; install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
ifdef UV
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif
	$(INSTALL) --editable .
	@touch $@

$(READY_DEV): $(READY)
	$(INSTALL) --editable '.[dev]'
	@touch $@

demo: $(READY) ## Run everything on a made-up community, nothing to configure
	$(BIN)/heroes demo

refresh: $(READY) ## Load what community.toml names and publish the marts
	$(BIN)/heroes refresh

dev: $(READY) ## Start the Dagster UI with schedules on 127.0.0.1:3000
	$(BIN)/heroes dev

# In memory where the system offers it: Dagster's and DuckDB's databases wait for the disk at each commit.
test: $(READY_DEV) ## Run the test suite
	@tmp=$$(mktemp -d -p "$$(test -w /dev/shm && echo /dev/shm || echo "$${TMPDIR:-/tmp}")") && trap 'rm -rf "$$tmp"' EXIT && \
	TMPDIR="$$tmp" $(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

bench: $(READY_DEV) ## Measure as ratios to a floor of the same run; BENCH_PEOPLE=200000 loads so many people, too
	$(BIN)/python -m tests.bench

lint: $(READY_DEV) ## Check style, types, SQL, layers and definitions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/rumdl check .
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	$(BIN)/dbt --quiet --warn-error parse --no-partial-parse --project-dir dbt_project --profiles-dir dbt_project \
		--target-path "$(LINT_DATA)/target" --log-path "$(LINT_DATA)"
	@mkdir -p "$(LINT_DATA)/dagster" && cp community_assets/dagster.yaml "$(LINT_DATA)/dagster"
	DAGSTER_HOME="$(LINT_DATA)/dagster" COMMUNITY_DATA_DIR="$(LINT_DATA)" $(BIN)/dagster definitions validate
	DAGSTER_HOME="$(LINT_DATA)/dagster" COMMUNITY_DATA_DIR="$(LINT_DATA)" $(BIN)/dg check defs

docs: $(READY_DEV) ## Write the reference pages of docs/ from what they describe
	COMMUNITY_DATA_DIR="$(LINT_DATA)" $(BIN)/python -m docs.generate

screenshots: $(READY_DEV) ## Take the pictures of docs/ from the demo's data; needs chromium
	$(BIN)/python -m docs.screenshots

format: $(READY_DEV) ## Rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix dbt_project/models dbt_project/tests

clean: ## Remove what set-up made; data stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .import_linter_cache *.egg-info
