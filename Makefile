# Two commands do everything: `make` installs and runs the demonstration study, `make test` runs all tests.
unexport PYTHONDONTWRITEBYTECODE
BIN = .venv/bin
PYTHONS = python3.11 python3.12 python3.13 python3.14 python3 python
FITS = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
# Libraries start quicker from bytecode; their own tests, a third of it, are never run here.
COMPILE = $(BIN)/python -m compileall -q -j 0 -x '/tests?/' src .venv/lib

.PHONY: study setup test lint bench lab lab-check wheel demonstration lock clean
study: setup
	$(BIN)/impact-study run

# The first Python from 3.11 on that this machine has, or the one named by PYTHON=...
$(BIN)/python:
	@for python in $(or $(PYTHON),$(PYTHONS)); do \
	  if $$python -c '$(FITS)' 2>/dev/null; then exec $$python -m venv .venv; fi; \
	done; \
	echo "make: needs Python 3.11 or later with its venv module (Debian: apt install python3 python3-venv), or PYTHON=/path/to/it" >&2; exit 1

setup: .venv/ready
.venv/ready: requirements-build.lock requirements.lock pyproject.toml setup.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	$(INSTALL) -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(COMPILE)
	touch $@

.venv/ready-to-test: requirements-test.lock .venv/ready
	$(INSTALL) -r requirements-test.lock
	$(COMPILE)
	touch $@

test: .venv/ready-to-test
	$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

lint: .venv/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --keep-id --verify $$(git ls-files '*.ipynb')

bench: .venv/ready-to-test
	for script in benchmarks/[a-z]*.py; do case $$script in */record.py) ;; *) $(BIN)/python $$script || exit 1;; esac; done

lab: setup
	$(BIN)/impact-study lab

# Gallery and durability, run top to bottom in JupyterLab, which `make test` does for the tour alone.
lab-check: .venv/ready-to-test
	LAB_CHECK=1 $(BIN)/python -m pytest tests/test_lab.py -n 0

# The wheel, installed with the users' lock in an empty environment, renders the demonstration.
wheel: setup
	tests/try_wheel.sh

# The raw exports of the demonstration, drawn and written again (tests/synthetic).
demonstration: setup
	PYTHONPATH=tests $(BIN)/python -m synthetic data/raw/demo

# New locks: only here do versions move.
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-emit-index-url --no-header --upgrade -p 3.11
lock:
	printf 'setuptools\nuv\n' | $(LOCK) - -o requirements-build.lock
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --constraint requirements.lock --extra test pyproject.toml -o requirements-test.lock

clean:
	rm -rf .venv reports/[!r]* data/processed/*
