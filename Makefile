# What the README's commands do, for those who have Make.
PYTHON ?= python3

.PHONY: demo test lint site

demo: .venv/installed
	.venv/bin/arusha demo --no-serve

test: .venv/tested
	.venv/bin/python -m pytest

lint: .venv/tested
	.venv/bin/python -m pytest tests/test_house.py

site: .venv/installed
	.venv/bin/arusha site build

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --editable .
	touch $@

.venv/tested: .venv/installed
	.venv/bin/python -m pip install --quiet --editable ".[test]"
	touch $@
