# Two commands: `make demo` and `make test`. Each makes its own environment; nothing is installed by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# compiled modules are kept, also where the machine's default says otherwise: each process then starts in half the time
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check bench soak pictures clean format

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(VENV)/.installed
	@$(BIN)/infusion-station demo

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# two workers a processor, each given one test at a time: journeys through the whole program mostly wait
test: check
	$(BIN)/pytest -n $$(( $$(nproc 2>/dev/null || echo 2) * 2 )) --dist load --maxschedchunk 1 -m "not bench and not soak"

bench: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(BIN)/python -m tests.benchmarks

soak: $(VENV)/.installed-dev
	$(BIN)/pytest -m soak --timeout=7200 -s

pictures: $(VENV)/.installed-dev
	TZ=UTC $(BIN)/python -m tests.pictures

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
