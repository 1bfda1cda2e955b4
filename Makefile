# The commands of this project. Each begins with `make install`, which does nothing when .venv is current.
# Everything is compiled when it is installed: where PYTHONDONTWRITEBYTECODE is set, each process would do it anew. Tests
# are compiled by who runs them, likewise; they wait for a third of their time, so that three workers keep two cores busy.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
WORKERS ?= 3

.PHONY: install up test soak fuzz bench lint types docs site lock audit clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock | \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement /dev/stdin
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --build-constraint requirements.lock --no-deps --editable .
	@$(BIN)/python -m compileall -q hjv_pipelines
	@touch $(STAMP)

up: install
	@exec $(BIN)/hjv up

test: install lint types
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	mkdir -p build/dagster && DAGSTER_HOME=$(CURDIR)/build/dagster $(BIN)/dg check defs

# Minutes to hours: HJV_SOAK_KILLS, HJV_SOAK_ROUNDS, HJV_SOAK_SCHEDULES and HJV_SOAK_SEED choose the storms, HJV_SOAK_DAYS
# and HJV_SOAK_EVERY the year.
soak: install
	$(BIN)/pytest -m soak -s

# Every parser, guided by coverage: FUZZ_SECONDS in all (600), FUZZ_PARSERS for some of them. What is worth it is kept.
fuzz: install
	$(BIN)/uv pip install --quiet --python $(BIN)/python "$$(sed -n 's/^fuzz = \["\(.*\)"\]$$/\1/p' pyproject.toml)"
	$(BIN)/python -m hjv_pipelines_tests.fuzz

# Figures beside their floors: build/bench.json, and a table. For a quick look: make bench BENCH="--size small".
bench: install
	$(BIN)/hjv bench $(BENCH)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

# The documents that are written from the code. A test fails when they are not what it says.
docs: install
	$(BIN)/python -m hjv_pipelines.reports.sources docs/sources.md
	$(BIN)/python -m hjv_pipelines_tests.delivery.examples hjv_pipelines/delivery/examples
	$(BIN)/python -m hjv_pipelines.reports.definitions docs/definitions.md

# The documents as a site, in build/site: nothing of it is asked for on the network.
site: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# New pins, each with the hashes of its files, and without any registry's address.
lock:
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --extra cluster --extra dev pyproject.toml --output-file requirements.lock

# Known holes in what we install. It asks an advisory database on the network, so no test depends on it; where there is
# none it says so, and ends badly too.
audit: install
	$(BIN)/python -m hjv_pipelines_tests.audit

clean:
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache
