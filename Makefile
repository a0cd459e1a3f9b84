# Everything runs in .venv, which the first target that needs it makes. Needs Python 3.11 or later and nothing else.
ifndef PYTHON
PYTHON := $(shell for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
endif
# locked: what requirements/ pins; newest: the newest releases; lowest: the lower bounds of pyproject.toml.
VERSIONS := locked
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV := $(BIN)/python -m uv pip
VALID := $(BIN)/check-jsonschema --quiet --builtin-schema vendor
KNOWN := $(BIN)/pip-audit --strict --disable-pip --require-hashes
LOCK := $(UV) compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header

# A .venv that was made elsewhere, or by another Python than today's, is made anew.
ORIGIN := $(CURDIR) $(PYTHON)
USABLE := $(shell test "$$(cat $(VENV)/origin 2>&1)" = "$(ORIGIN)" && $(BIN)/python -I -c 'import pip' 2>&1 && echo yes)

program-locked = $(PIP) --require-hashes -r requirements/program.txt && \
	$(PIP) --no-deps --no-build-isolation --editable .
develop-locked = $(PIP) --require-hashes -r requirements/develop.txt
program-newest = $(PIP) --upgrade --editable '.[report]'
develop-newest = $(PIP) --upgrade 'pip>=25.1' && $(PIP) --upgrade --editable '.[report]' --group dev
program-lowest = $(PIP) uv && $(UV) install --quiet --python $(BIN)/python --resolution lowest-direct --editable '.[report]'
develop-lowest = $(program-lowest) --group dev

.DEFAULT_GOAL := help
.PHONY: help summarize test check coverage lock dist audit fuzz mutants docs site golden reference bench profile clean always

help: ## list what make can do
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20
	@echo "  VERSIONS=newest or lowest installs other versions than the locked ones: make test VERSIONS=newest"

$(VENV)/origin: $(if $(filter yes,$(USABLE)),,always)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; none was found" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "$(ORIGIN)" > $@

$(VENV)/program-$(VERSIONS): $(VENV)/origin pyproject.toml requirements/program.txt
	@rm -f $(VENV)/program-* $(VENV)/develop-*
	$(call install,program,the program)

$(VENV)/develop-$(VERSIONS): $(VENV)/program-$(VERSIONS) requirements/develop.txt
	$(call install,develop,development)

define install
@echo "Installing the $(VERSIONS) versions of what $(2) needs into $(VENV) (once, a minute or two)" >&2
@{ $($(1)-$(VERSIONS)); } >&2 || { echo "Not installed: the reason stands above. Without a network, pip takes packages \
	from a folder named by PIP_FIND_LINKS, with PIP_NO_INDEX=1." >&2; exit 1; }
@touch $@
endef

summarize: $(VENV)/program-$(VERSIONS) ## set up and summarize the registry
	@$(BIN)/msc-evidence summarize
	@command -v msc-evidence >/dev/null || echo "Next: $(BIN)/msc-evidence --help; or \`source $(BIN)/activate\`, \
	then msc-evidence alone is enough." >&2

test: $(VENV)/develop-$(VERSIONS) ## set up and run the tests
	@$(BIN)/python -m pytest -n auto

check: $(VENV)/develop-$(VERSIONS) ## lint, type-check, and check the registry
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/check-jsonschema --schemafile msc_evidence/registry/schema.json trials.yaml
	@$(VALID).github-workflows .github/workflows/*.yml
	@$(VALID).github-actions action.yml
	@$(VALID).github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
	@$(VALID).dependabot .github/dependabot.yml
	@$(VALID).citation-file-format CITATION.cff
	@$(BIN)/msc-evidence check --format text

coverage: $(VENV)/develop-$(VERSIONS) ## run the tests and list the lines that none of them reaches
	@$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered --cov-report=xml

lock: $(VENV)/develop-$(VERSIONS) ## pin the newest releases, with hashes, in requirements/
	@$(LOCK) pyproject.toml --all-extras --group dev -o requirements/develop.txt
	@$(LOCK) pyproject.toml --extra report --group build -c requirements/develop.txt -o requirements/program.txt
	@$(LOCK) --group docs -c requirements/develop.txt -o requirements/site.txt
	@$(LOCK) --group audit -c requirements/develop.txt -o requirements/audit.txt

dist: $(VENV)/develop-$(VERSIONS) ## build the source archive and the wheel
	@rm -rf dist
	@$(BIN)/python -m hatchling build

$(VENV)/audit: $(VENV)/origin requirements/audit.txt
	@$(PIP) --require-hashes -r requirements/audit.txt >&2
	@touch $@

audit: $(VENV)/audit ## look for known vulnerabilities of all that is pinned, and list what the program needs in bill/ (CycloneDX)
	@$(KNOWN) $(addprefix -r ,$(wildcard requirements/*.txt))
	@mkdir -p bill
	@$(KNOWN) -r requirements/program.txt -f cyclonedx-json -o bill/msc-evidence.cdx.json

fuzz: $(VENV)/develop-$(VERSIONS) ## give every reader 5,000 mutants of each kind of file; hours
	@$(BIN)/python -m tests.fuzz.mutants 5000

mutants: $(VENV)/develop-$(VERSIONS) ## plant 150 faults one at a time and list those that no test notices; hours
	@$(BIN)/python tests/planted/run.py 150

docs: $(VENV)/develop-$(VERSIONS) ## regenerate what README.md and docs/ quote and show of the program, and the JSON Schema
	@$(BIN)/msc-evidence schema -o msc_evidence/registry/schema.json
	@$(BIN)/cog -P -r README.md docs/*.md
	@$(BIN)/python docs/manual.py
	@$(BIN)/python docs/pictures.py

$(VENV)/site: $(VENV)/origin requirements/site.txt
	@$(PIP) --require-hashes -r requirements/site.txt >&2
	@touch $@

site: $(VENV)/site ## build the pages of docs/ as a site in site/, of the pinned versions
	@$(BIN)/mkdocs build --strict --quiet

golden: $(VENV)/develop-$(VERSIONS) ## rewrite the golden files; review the difference like code
	@MSC_EVIDENCE_GOLDEN=1 $(BIN)/python -m pytest tests/render tests/cli tests/plots

reference: ## recompute the reference numbers in R, where it is installed; review the difference
	@for script in tests/reference/*.R; do Rscript "$$script"; done
	@git diff --stat -- tests/reference

bench: $(VENV)/develop-$(VERSIONS) ## measure start-up, large registries, reports, exact tests and pooling; with CORPUS=file.jsonl.gz also auditing
	@mkdir -p bench/figures
	@for part in startup registry report exact; do $(BIN)/python bench/$$part.py > bench/figures/$$part.md || exit 1; done
	@$(BIN)/python bench/pooling.py
	@test -z "$(CORPUS)" || $(BIN)/python bench/audit.py $(CORPUS)

profile: $(VENV)/develop-$(VERSIONS) ## where a command spends its time: make profile COMMAND="check -r trials.yaml"
	@test -n "$(COMMAND)" || { echo 'name a command: make profile COMMAND="check -r trials.yaml"' >&2; exit 1; }
	@$(BIN)/python -m cProfile -o profile.out -m msc_evidence $(COMMAND) >/dev/null || test $$? -eq 1
	@$(BIN)/python -c 'import pstats; pstats.Stats("profile.out").sort_stats("cumulative").print_stats(40).sort_stats("tottime").print_stats(20)'

clean: ## remove what make made
	@rm -rf $(VENV) build dist bill site .coverage coverage.xml profile.out .pytest_cache .mypy_cache .ruff_cache .hypothesis
