# Everything runs in .venv, which the first target that needs it makes. Needs Python 3.11 or later.
PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help summarize test check docs golden reference bench clean

help: ## list what make can do
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(VENV)/program: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; none was found" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --editable .
	@touch $@

$(VENV)/develop: $(VENV)/program pyproject.toml
	@$(PIP) --upgrade 'pip>=25.1'
	@$(PIP) --group dev
	@touch $@

summarize: $(VENV)/program ## set up and summarize the registry
	@$(BIN)/msc-evidence summarize

test: $(VENV)/develop ## set up and run the tests
	@$(BIN)/python -m pytest -n auto

check: $(VENV)/develop ## lint, type-check, and check the registry
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/check-jsonschema --schemafile msc_evidence/registry/schema.json trials.yaml
	@$(BIN)/msc-evidence check --format text

docs: $(VENV)/develop ## regenerate what README.md and docs/ quote and show of the program, and the JSON Schema
	@$(BIN)/msc-evidence schema -o msc_evidence/registry/schema.json
	@$(BIN)/cog -P -r README.md docs/*.md
	@$(BIN)/python docs/pictures.py

golden: $(VENV)/develop ## rewrite the golden files; review the difference like code
	@MSC_EVIDENCE_GOLDEN=1 $(BIN)/python -m pytest tests/render tests/cli

reference: ## recompute the reference numbers in R, where it is installed; review the difference
	@for script in tests/reference/*.R; do Rscript "$$script"; done
	@git diff --stat -- tests/reference

bench: $(VENV)/develop ## measure start-up, large registries and pooling; with CORPUS=file.jsonl.gz also auditing
	@$(BIN)/python bench/startup.py
	@$(BIN)/python bench/registry.py
	@$(BIN)/python bench/pooling.py
	@test -z "$(CORPUS)" || $(BIN)/python bench/audit.py $(CORPUS)

clean: ## remove what make made
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
