# What the README's commands do, for those who have Make; and what a release needs.
PYTHON ?= python3
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null)

.PHONY: demo test lint coverage mutants site lock notice sbom

demo: .venv/installed
	.venv/bin/arusha demo --no-serve

test: .venv/tested
	.venv/bin/python -m pytest

lint: .venv/tested
	.venv/bin/python -m pytest tests/test_house.py

# Lines that no test runs; those that only a process of its own runs count as not run.
coverage: .venv/tested
	.venv/bin/python -m pip install --quiet "pytest-cov>=6"
	.venv/bin/python -m pytest --cov=assessment --cov=kb --cov-report=term-missing:skip-covered

# The share of faults put into the code that its tests notice; one module with MODULES=agreement.
mutants: .venv/tested
	.venv/bin/python -m pip install --quiet "mutmut>=3.8"
	.venv/bin/python benchmarks/mutants.py $(MODULES)

site: .venv/installed
	.venv/bin/arusha site build

# Releases younger than a week are left out: most that were tampered with are withdrawn by then.
lock: .venv/installed
	.venv/bin/python -m pip install --quiet "uv>=0.9"
	.venv/bin/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --upgrade \
		--exclude-newer "7 days" --only-binary :all: --emit-build-options --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" --quiet --output-file locked.txt

notice: .venv/locked
	.venv/bin/python supply.py notice

sbom: .venv/locked
	SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) .venv/bin/python supply.py sbom

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --editable .
	touch $@

.venv/tested: .venv/installed
	.venv/bin/python -m pip install --quiet --editable ".[test]"
	touch $@

.venv/locked: locked.txt pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --require-hashes -r locked.txt
	touch $@
