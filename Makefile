# Verbs of the project; `make help` lists them. Needs Python 3.11+ and make, nothing else.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help demo test bench check access fuzz faults fuzz-extracts incremental mutation dagster model lock clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed ($$($(PYTHON) --version) found); set PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run ## demonstration: extracts, load, build, publish, API, a table (ARGS=--once ends after it)
	@$(BIN)/cruscotto demo $(ARGS)

test: $(VENV)/.dev check ## the whole test suite
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev ## quick checks: Ruff, mypy, lock files, the semantic model
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/cruscotto model check --offline

fuzz: $(VENV)/.dev ## many random requests made from the API's description (ARGS=--fuzz=5000)
	@$(BIN)/python -m pytest tests/server/test_server_fuzz.py --fuzz=500 $(ARGS)

access: $(VENV)/.dev ## 10,000 random (claims, query) pairs: no row out of scope (docs/access.md)
	@$(BIN)/python -m pytest tests/conformance/test_access_property.py --access-pairs=10000 $(ARGS)

mutation: $(VENV)/.dev ## wrong definitions on purpose: the tests must fail (ARGS=--all; docs/testing.md)
	@$(BIN)/python -m tests.mutation $(ARGS)

faults: $(VENV)/.dev ## loads killed at two hundred instants, disks that fill up (docs/loads.md)
	@$(BIN)/python -m pytest tests/loads --all-faults $(ARGS)

fuzz-extracts: $(VENV)/.dev ## five thousand extracts made wrong (ARGS="--mutants 100 --first-mutant 7")
	@$(BIN)/python -m pytest tests/landing/test_landing_mutants.py --mutants 5000 $(ARGS)

incremental: $(VENV)/.dev ## twenty sequences of loads and corrections, built by changes and built whole (docs/loads.md)
	@$(BIN)/python -m pytest tests/warehouse/test_changes.py --change-sequences 20 $(ARGS)

dagster: $(VENV)/.dagster/.run ## the Dagster definitions, run for real in an environment of their own (docs/quality.md)
	@PYTHONPATH=. DAGSTER_DISABLE_TELEMETRY=1 $(VENV)/.dagster/bin/python -m tests.scheduling.run_dagster

$(VENV)/.dagster/.run: requirements-dagster.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)/.dagster
	$(VENV)/.dagster/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dagster.lock
	@touch $@

bench: $(VENV)/.dev ## loads at national scale, five years and a month (ARGS="--months 13"; docs/performance.md)
	@$(BIN)/python -m benchmarks.scale --folder var/bench $(ARGS)

model: $(VENV)/.run ## registry rows into dbt metrics, dbt's metrics into the Cube model and docs/catalogue.md
	@$(BIN)/cruscotto model registry
	@CRUSCOTTO_BUILD_DATABASE=:memory: $(BIN)/dbt compile --quiet --no-introspect --no-populate-cache --exclude resource_type:test --project-dir warehouse --profiles-dir warehouse
	@$(BIN)/cruscotto model compile --manifest warehouse/target/manifest.json
	@$(BIN)/cruscotto catalogue --format markdown --output docs/catalogue.md

lock: ## refresh the lock files (needs uv)
	$(LOCK) --extra warehouse --group build pyproject.toml -o requirements.lock
	$(LOCK) --extra warehouse --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(LOCK) --extra dagster --group build -c requirements.lock pyproject.toml -o requirements-dagster.lock

clean: ## remove the environment and generated data
	rm -rf $(VENV) var warehouse/target warehouse/logs
