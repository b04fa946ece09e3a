# The two commands that do all the set-up: make convert, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: convert test lint samples accuracy speed clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

convert: $(READY)
	@$(BIN)/gouji convert samples -o out

test: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --config pyproject.toml > /dev/null || $(BIN)/lint-imports --config pyproject.toml
	@$(BIN)/python -m pytest -q

clean:
	rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
