# Two commands do everything: `make` installs and runs the demonstration study, `make test` runs all tests.
PYTHON ?= python3.11
unexport PYTHONDONTWRITEBYTECODE
BIN = .venv/bin

.PHONY: study setup test lint bench lab demonstration clean
study: setup
	$(BIN)/impact-study run

setup: .venv/ready
.venv/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	touch $@

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/nbstripout --keep-id --verify $$(git ls-files '*.ipynb')

bench: setup
	for script in benchmarks/[a-z]*.py; do case $$script in */record.py) ;; *) $(BIN)/python $$script || exit 1;; esac; done

lab: setup
	$(BIN)/impact-study lab

# The raw exports of the demonstration, drawn and written again (tests/synthetic).
demonstration: setup
	PYTHONPATH=tests $(BIN)/python -m synthetic data/raw/demo

# A new lock: only here do versions move.
lock:
	$(BIN)/uv pip compile --universal --generate-hashes --no-annotate --no-emit-index-url --no-header --upgrade --extra dev -p 3.11 pyproject.toml -o requirements.lock

clean:
	rm -rf .venv reports/[!r]* data/processed/*
