# Thin: each target only calls what README.md explains.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# durable_rules sets no optimisation of its own, and on Python 3.13 it calls a function that was
# renamed; both are told to the compiler here.
BUILD_CC := $(or $(CTO_CDS_CC),gcc) -O2
# Each of the many commands that the tests run starts faster from byte code.
unexport PYTHONDONTWRITEBYTECODE
INPUTS := pyproject.toml constraints.txt $(wildcard plugins/*/pyproject.toml)

.PHONY: env demo test clean
.DEFAULT_GOAL := env

env: $(STAMP)

$(STAMP): $(INPUTS)
	@sh tools/check-machine.sh $(PYTHON)
	$(PYTHON) -m venv --clear $(VENV)
	CC="$(BUILD_CC) $$($(PYTHON) tools/durable_rules_flags.py)" $(BIN)/python -m pip install --quiet --quiet \
	  --disable-pip-version-check --constraint constraints.txt \
	  --editable '.[test]' --editable plugins/cto-cds-ccta
	@touch $(STAMP)

demo: env
	$(BIN)/cto-cds demo

test: env
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cto-cds check
	$(BIN)/cto-cds test
	$(BIN)/pytest --numprocesses 2 --dist worksteal

clean:
	rm -rf $(VENV) build dist
