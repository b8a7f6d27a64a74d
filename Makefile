PYTHON ?= python3
PORT ?= 8000
GRADEREG_DATA ?= $(CURDIR)/demo
BIN := .venv/bin
TEST_POSTGRES ?= postgres://postgres@127.0.0.1:5432/postgres
TRUST_POSTGRES ?= $(TEST_POSTGRES)
BENCH_POSTGRES ?= postgres://postgres@127.0.0.1:5432/postgres
# uv if it is installed, otherwise pip
UV := $(shell command -v uv)
VENV := $(if $(UV),uv venv --quiet --python $(PYTHON) .venv,$(PYTHON) -m venv .venv)
INSTALL := $(if $(UV),uv pip install --quiet --python .venv,$(BIN)/pip install --quiet --disable-pip-version-check) -c constraints.txt -e
LONG := RACE_TRIALS=300 STATE_EXAMPLES=150 KILLS=100

export GRADEREG_DATA
# Let Python keep compiled code: otherwise each of the hundreds of processes that tests start compiles the site again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check audit trust interop bench format pictures film clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/bin/python:
	$(VENV)

.venv/demo: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) '.[postgres]'
	@touch $@

.venv/dev: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) '.[postgres,dev]'
	@touch $@

.venv/bench: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) '.[postgres,dev,bench]'
	@touch $@

demo: .venv/demo ## Set up and serve the demo world (PORT, GRADEREG_DATA)
	@mkdir -p "$(GRADEREG_DATA)"
	@test -s "$(GRADEREG_DATA)/secret-key" || $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))' > "$(GRADEREG_DATA)/secret-key"
	@PORT=$(PORT) BIN=$(BIN) sh bin/demo

LEFT_OUT := (slow or browser or engines) and not walk

test: .venv/dev ## Run the daily tests on SQLite, some minutes; prints what it leaves out (TESTS=tests/views for a part)
	$(BIN)/pytest -m "not ($(LEFT_OUT))" $(TESTS)

test-all: test ## Run all tests: make test, what it leaves out, then those that can differ on PostgreSQL (TEST_POSTGRES)
	$(BIN)/pytest -m "$(LEFT_OUT)" $(TESTS)
	DATABASE_URL=$(TEST_POSTGRES) $(BIN)/pytest -m "not db_independent" $(TESTS)

CHECKS := check-types check-format check-imports check-site check-pages audit

check: .venv/dev ## Check format, lint, types, imports, migrations, templates, scripts and known vulnerabilities
	@$(MAKE) --no-print-directory --jobs=2 --output-sync $(CHECKS)

.PHONY: $(CHECKS)
check-types: .venv/dev
	$(BIN)/mypy .

check-format: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-imports: .venv/dev
	$(BIN)/lint-imports

check-site: .venv/dev
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py check

check-pages: .venv/dev
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/oxlint --deny-warnings static/js

audit: .venv/dev ## Check the dependencies for known vulnerabilities; passes without network
	@$(BIN)/python bin/audit $(BIN)/pip-audit

trust: .venv/dev ## Run the long tests of docs/explanation/trust.md on both databases; hours (TRUST_POSTGRES)
	@mkdir -p build/trust
	$(BIN)/python -m tests.files.corpus >/dev/null
	$(BIN)/python -m tests.access >/dev/null
	GRADEREG_FUZZ=5000 $(BIN)/pytest -n 0 tests/files/test_mutations.py tests/files/test_work_per_byte.py
	env -u DATABASE_URL $(LONG) $(BIN)/pytest -n 0 tests/races tests/state_machine tests/crashes
	DATABASE_URL=$(TRUST_POSTGRES) $(LONG) $(BIN)/pytest -n 0 tests/races tests/state_machine tests/crashes

interop: .venv/dev ## Build, edit and read lists with other programs and libraries, installed in build/interop (WRITERS="polars xlsx")
	@mkdir -p build/interop
	@$(BIN)/python -m tests.interop $(WRITERS)

bench: .venv/bench ## Run the benchmarks and write docs/reference/generated/benchmark-*.md; hours, on an idle machine (PART=sheets, heavy, country, browser or deadline)
	@for part in $(or $(PART),sheets heavy country browser deadline); do $(MAKE) --no-print-directory bench-$$part || exit 1; done

.PHONY: bench-sheets bench-heavy bench-country bench-browser bench-deadline
bench-sheets:
	DATABASE_URL=$(BENCH_POSTGRES) $(BIN)/python -m benchmarks.sheets

bench-heavy:
	DATABASE_URL=$(BENCH_POSTGRES) $(BIN)/python -m benchmarks.heavy_uploads

bench-country:
	DATABASE_URL=$(BENCH_POSTGRES) $(BIN)/python -m benchmarks.country

bench-browser:
	DATABASE_URL=$(BENCH_POSTGRES) $(BIN)/python -m benchmarks.browser

bench-deadline:
	DATABASE_URL=$(BENCH_POSTGRES) $(BIN)/python -m benchmarks.deadline
	DATABASE_URL=$(BENCH_POSTGRES) $(BIN)/python -m benchmarks.deadline --servers 2
	env -u DATABASE_URL $(BIN)/python -m benchmarks.deadline

format: .venv/dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pictures: .venv/dev ## Take the screenshots of README, docs and Help again (needs Chromium; PART=training for one part)
	$(BIN)/python -m tests.browser.pictures docs/pictures $(PART)

film: .venv/dev ## Make the film of Help and its captions again (needs Chromium and ffmpeg)
	$(BIN)/python -m tests.browser.film

clean: ## Remove the environment, the demo world, build/ and all caches
	rm -rf .venv demo build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
