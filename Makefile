# make run    the reference station, from text to report
# make test   style, types, floors and the short tests
# make long   the tests of minutes
# make bench  every job against its peers
# make docs   the reference pages that are written from the code
# make lock   resolve the dependencies again
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.dev-ready
LOCK_VENV := .venv-lock
ARGS ?=

.DELETE_ON_ERROR:
.PHONY: run install develop test check long bench docs lock clean

run: $(READY)
	$(BIN)/ilrs run $(ARGS)

install: $(READY)

develop: $(DEV_READY)

test: check
	$(BIN)/python -m pytest -m "not long" --numprocesses auto --dist loadfile $(ARGS)

check: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

long: $(DEV_READY)
	$(BIN)/python -m pytest -m long $(ARGS) || [ $$? -eq 5 ]  # 5: nothing is marked long

bench: $(DEV_READY)
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY)
	$(BIN)/python -m docs.pages

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ilrs needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# Hashes are checked on everything that comes from an index; the project itself is built in place.
$(READY): requirements.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) install --quiet --require-hashes -r requirements.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): requirements-dev.txt $(READY)
	$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

lock:
	test -x $(LOCK_VENV)/bin/uv || { $(PYTHON) -m venv $(LOCK_VENV) && $(LOCK_VENV)/bin/python -m pip install --quiet uv; }
	$(LOCK_VENV)/bin/uv lock $(ARGS)
	$(LOCK_VENV)/bin/uv export --quiet --locked --no-emit-project --no-header --no-annotate \
	  --no-default-groups --group build --output-file requirements.txt
	$(LOCK_VENV)/bin/uv export --quiet --locked --no-emit-project --no-header --no-annotate \
	  --group dev --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) $(LOCK_VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
