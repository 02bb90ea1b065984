# Needs Python 3.11 (or 3.12) and make, nothing else. Every target sets up its own environment first.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := .tools/uv-$(UV_VERSION)/bin/uv
# Further packages: `make environment EXTRAS=spark`. What they add stays for every other target.
EXTRAS ?=
READY := .venv/.ready$(if $(EXTRAS),-$(EXTRAS))
LINTED := target/.sql_linted
# Processes that share the tests.
PROCESSES ?= 2
SHARED := --numprocesses $(PROCESSES) --dist loadscope --no-loadscope-reorder
# Leads of the benchmark's CRM.
N ?= 100000
# Leads per CRM of the demo.
LEADS ?= 5000

.PHONY: help environment demo run test lint bench doctor docs clean

help:
	@echo "make demo     write a demo CRM, find where its handoffs break, publish and report"
	@echo "make run      the same on the CRM sources that HANDOFF_SOURCES lists"
	@echo "make doctor   check environment, sources, credentials and policies, and say what to do"
	@echo "make docs     build the documentation site: site/index.html"
	@echo "make test     run the tests"
	@echo "make lint     check style and types of Python and SQL"
	@echo "make bench    time the build on a CRM of N leads: make bench N=1000000"
	@echo "make clean    remove what builds and checks leave here (not what they published)"

environment: $(READY)

demo: $(READY)
	@$(BIN)/python -m handoff demo --leads $(LEADS)

run: $(READY)
	@$(BIN)/python -m handoff run

doctor: $(READY)
	@$(BIN)/python -m handoff doctor

# Theme and generator announce their successors at length; what this project needs is pinned.
docs: $(READY)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "The documentation is in site/index.html"

test: $(READY)
	@$(BIN)/python -m pytest -q $(SHARED) tests

# SQL that has passed once is not asked again until it changes: the parser takes its time.
lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@mkdir -p target
	@if [ .sqlfluff -nt $(LINTED) ]; then rm -f $(LINTED); fi
	@changed=$$(find models snapshots -name '*.sql' -not -path 'models/staging/[shc]*' \
		$$([ -f $(LINTED) ] && echo -newer $(LINTED))); \
	if [ -n "$$changed" ]; then \
		touch $(LINTED).started && \
		PYTHONWARNINGS=ignore::UserWarning $(BIN)/sqlfluff lint --processes 2 $$changed && \
		mv $(LINTED).started $(LINTED); \
	fi

bench: $(READY)
	@$(BIN)/python -m handoff bench --leads $(N)

clean:
	rm -rf target logs site .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -not -path './.tools/*' -prune -exec rm -rf {} +

# The machine's own certificates, as git and curl use them: behind a company's proxy no others hold.
$(READY): pyproject.toml uv.lock | $(UV)
	@echo "Setting up the Python environment in .venv"
	@$(UV) sync --frozen $(if $(EXTRAS),--extra $(EXTRAS)) --system-certs --compile-bytecode --quiet --no-python-downloads --python "$(PYTHON)"
	@touch .venv/.ready $@

$(UV):
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' || \
		{ echo "This needs Python 3.11 or 3.12: install one of them, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -m venv .tools/uv-$(UV_VERSION)
	@.tools/uv-$(UV_VERSION)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
