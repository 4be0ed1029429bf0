# EventHub's commands. `make` alone lists them.

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin

CATALOGUES := $(wildcard eventhub/translations/*/LC_MESSAGES/*.po)
COMPILED   := $(CATALOGUES:.po=.mo)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check format bench pictures lock translations clean

help: ## list these commands
	@echo "EventHub: events, registrations and feedback for several organisations together"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT=8080 make run      another port than 8000"
	@echo "  PYTHON=python3.12 make  another Python than python3 (3.11 or newer)"
	@echo "  Settings are environment variables: see .env.example and docs/running.md"

run: $(VENV)/.installed translations ## start EventHub here: web server, worker and clock, with sample data
	@PORT=$(PORT) exec $(BIN)/python -m workers.launch

test: $(VENV)/.installed-dev translations ## run all tests: SQLite and PostgreSQL, both brokers, real SMTP, browser (about 5 minutes)
	@exec $(BIN)/python -m tests.everything

check: $(VENV)/.installed-dev translations ## run the quick checks: style, types, imports, dead code, unit tests (under a minute)
	@exec $(BIN)/python -m tests.everything --quick

format: $(VENV)/.installed-dev ## format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

bench: $(VENV)/.installed-dev translations ## run the benchmarks: event page and registrations against a bare baseline
	@exec $(BIN)/python -m benchmarks

pictures: $(VENV)/.installed-dev translations ## retake the screenshots of the guides in three languages, with sample data
	@exec $(BIN)/python -m tests.pictures

lock: $(VENV)/.installed-dev ## pin every package with hashes, after a change of requirements*.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --constraint requirements.txt requirements-dev.in -o requirements-dev.txt

translations: $(COMPILED) ## compile the Finnish and Swedish catalogues

clean: ## remove generated files, but not the data in instance/
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis $(COMPILED)

%.mo: %.po | $(VENV)/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "EventHub needs Python 3.11 or newer, and '$(PYTHON)' is not. Name another one: PYTHON=python3.12 make run" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what EventHub needs into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what tests and checks need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
