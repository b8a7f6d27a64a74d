PYTHON ?= python3
PORT ?= 8000
GRADEREG_DATA ?= $(CURDIR)/demo
BIN := .venv/bin

export GRADEREG_DATA

.DEFAULT_GOAL := help
.PHONY: help demo test check format pictures clean

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[postgres,dev]'
	@touch $@

demo: .venv/installed ## Start the demo world: environment, database, people and exams, server (PORT, GRADEREG_DATA)
	@mkdir -p "$(GRADEREG_DATA)"
	@test -s "$(GRADEREG_DATA)/secret-key" || $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))' > "$(GRADEREG_DATA)/secret-key"
	@PORT=$(PORT) BIN=$(BIN) sh bin/demo

test: .venv/installed ## Run every test that this machine can run; says what it had to skip
	$(BIN)/pytest

check: .venv/installed ## Format, lint, types, import layers, migrations, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py check
	$(BIN)/djlint templates --lint --quiet

format: .venv/installed ## Put the code in its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pictures: .venv/installed ## Draw the README's pictures anew (needs Chromium)
	$(BIN)/python -m tests.browser.pictures docs/pictures

clean: ## Remove the environment, the demo world and all caches
	rm -rf .venv demo build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
