# The commands of this project: `make help`. They need Python 3.11 or newer, and make.
# What they install goes into .venv, from the locks in requirements/ and from nowhere else.

PYTHON ?= python3
BIN := .venv/bin
LOCKS := requirements
TEMPLATES = $(wildcard templates */templates */*/templates)
# Without --upgrade the versions that the locks hold already are kept: make lock UPGRADE=--upgrade
COMPILE = $(BIN)/uv pip compile -q $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check fix messages lock bench drill

help: ## shows this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s%s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: .venv/main.stamp ## starts the system with the demo federation, on the own machine only (PORT=8000)
	$(BIN)/python manage.py start $(if $(PORT),--port $(PORT))

# On SQLite only the computing differs: what writes files from the results is tested on PostgreSQL.
test: .venv/dev.stamp ## runs every test against PostgreSQL, Redis and Chromium (ARGS="-k word")
	$(BIN)/python tests/servers.py --browser $(BIN)/python -m pytest -n 2 --dist loadfile $(or $(ARGS),-m "not long")
	$(if $(ARGS),,env -u DATABASE_URL -u REDIS_URL FINSAM_SQLITE=:memory: $(BIN)/python -m pytest tests/test_figures.py tests/test_last_good.py -k "not files and not workbook")

bench: .venv/dev.stamp ## measures the heavy pages and tables (ARGS=...)
	$(BIN)/python tests/servers.py $(BIN)/python -m tests.bench $(ARGS)

drill: .venv/dev.stamp ## tests of whole deployments; kills their parts in use, 10 times each (ARGS="3 worker", ARGS=load)
	$(if $(ARGS),,$(BIN)/python tests/servers.py $(BIN)/python -m pytest -m long)
	$(BIN)/python -m tests.drills $(ARGS)

# Every check runs, also after one that failed; the last line says which did. The database is in memory, so
# that no check leans on the rows of this machine.
check: .venv/dev.stamp ## style, types, imports, templates, migrations, schema, settings, locks, known faults
	@export FINSAM_SQLITE=:memory:; failed=; \
	run() { echo "== $$*"; "$$@" || failed="$$failed\n  $$*"; }; \
	no_address_in() { ! grep -n '://' "$$@"; }; \
	run $(BIN)/ruff check .; \
	run $(BIN)/ruff format --check .; \
	run $(BIN)/mypy .; \
	run $(BIN)/djlint $(TEMPLATES) --lint; \
	run $(BIN)/lint-imports; \
	run $(BIN)/python manage.py makemigrations --check --dry-run; \
	run $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null; \
	run $(BIN)/python manage.py check; \
	run no_address_in $(wildcard $(LOCKS)/*); \
	run $(BIN)/python -m tests.known_faults; \
	if [ -n "$$failed" ]; then printf "== failed:$$failed\n"; exit 1; fi; echo "== every check passed"

fix: .venv/dev.stamp ## mends what ruff can mend, and formats
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

# What is left to translate is printed, and fails: the English is written in the .po file, and this run again.
messages: .venv/dev.stamp ## collects the texts for the English catalogue and compiles it
	$(BIN)/python -m tests.messages

lock: .venv/pyvenv.cfg ## writes the locks after a change in pyproject.toml (UPGRADE=--upgrade)
	$(BIN)/python -m pip install -q --require-hashes -r $(LOCKS)/uv.lock.txt
	$(COMPILE) pyproject.toml -o $(LOCKS)/main.lock.txt
	$(COMPILE) pyproject.toml --group dev -o $(LOCKS)/dev.lock.txt
	$(COMPILE) --no-annotate $(LOCKS)/uv.in -o $(LOCKS)/uv.lock.txt

# A stamp that is older than its lock means: install. What is there already is not installed again.
.venv/main.stamp: $(LOCKS)/main.lock.txt .venv/pyvenv.cfg
	$(call install,$<)
	@touch $@

# Everything that running needs is in here too.
.venv/dev.stamp: $(LOCKS)/dev.lock.txt .venv/pyvenv.cfg
	$(call install,$<)
	@touch $@ .venv/main.stamp

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "Python 3.11 or newer is needed, this is %d.%d: make PYTHON=python3.12 ..." % sys.version_info[:2])'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

# uv installs in seconds; where it cannot be had, pip does the same in a minute. Both demand the locks' hashes.
define install
@echo "Installing $(1)"
@{ $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(LOCKS)/uv.lock.txt \
  && $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $(1); } \
  || { echo "uv could not install it, pip does"; \
  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1); }
endef
