# The two commands that do all the set-up: make convert, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: convert test accuracy speed scans prints many clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

convert: $(READY)
	@$(BIN)/gouji convert samples -o out || test $$? -eq 3  # one sample is meant to fail

test: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --config pyproject.toml > /dev/null || $(BIN)/lint-imports --config pyproject.toml
	@$(BIN)/python -m pytest -q --numprocesses 2 --dist loadfile

# Measurements; long, and not part of `make test`. They need what the extra `bench` installs.
$(VENV)/.bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

accuracy: $(READY)
	@$(BIN)/python -m benchmarks.accuracy --jobs 2 --check

speed: $(VENV)/.bench
	@$(BIN)/python -W ignore -m benchmarks.speed

# Needs the typefaces that it names where one is missing; all levels, for about 20 minutes.
scans: $(READY)
	@$(BIN)/python -m benchmarks.scans --jobs 2 --reports 32 --check

# Needs LibreOffice, which prints what is scanned; five minutes.
prints: $(READY)
	@$(BIN)/python -m benchmarks.scan_prints --jobs 2 --reports 4 --check

many: $(READY)
	@$(BIN)/python -m benchmarks.bulk
	@$(BIN)/python -m benchmarks.bulk --reports 20000 --kills 5

clean:
	rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
