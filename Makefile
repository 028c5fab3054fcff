# Two commands need nothing but Python ≥ 3.11, make and PyPI:
#   make run    sets everything up, then turns samples/ into outputs/tasks.parquet
#   make test   sets everything up, then runs the tests
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# ONNX Runtime would send usage data home otherwise.
export ORT_DISABLE_TELEMETRY := 1
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
INPUT ?= samples
OUT ?= outputs
BENCH ?= all
FAULTS ?=
DOCUMENTS ?= 1000
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
UV := uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# What is set up stays set up until the locks, the project's own metadata or its place change.
SHIM := packaging/opencv-contrib-python/pyproject.toml
key = $(firstword $(shell { echo "$(CURDIR)"; cat $(1); } | cksum))
RUNTIME := $(VENV)/.runtime-$(call key,requirements-build.lock requirements.lock pyproject.toml $(SHIM))
DEV := $(VENV)/.dev-$(call key,requirements-dev.lock)
RAY := $(VENV)/.ray-$(call key,requirements-ray.lock)
# The S3 server of the tests asks for older packages than the project has: it stands by itself.
S3 := .venv-s3/.ready-$(call key,requirements-s3.lock)
MODELS := models/.ready-$(call key,pipeline/ocr/models.py)
# Finds what keeps people from using the review page; only the tests in a browser load it.
AXE_VERSION := 4.14.1
AXE_SHA256 := 29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
AXE := build/axe-core/axe.min.js

.PHONY: help
help: ## say what can be made
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14
	@echo
	@echo "Variables: PYTHON=$(PYTHON) (the Python that makes $(VENV)), INPUT=$(INPUT), OUT=$(OUT)."
	@echo "GONGWEN_MODELS=FOLDER uses OCR models that are there already; GONGWEN_REAL=FOLDER"
	@echo "adds the tests on real documents."

.PHONY: run
run: setup ## set up, then read INPUT and write the tables to OUT
	$(BIN)/gongwen run $(INPUT) -o $(OUT)

.PHONY: test
test: setup $(DEV) $(S3) ## set up, then run the tests
	$(BIN)/python -m pytest -m "not slow"

.PHONY: test-slow
test-slow: setup $(DEV) $(S3) $(RAY) ## all tests, the slow ones too
	$(BIN)/python -m pytest

.PHONY: test-browser
test-browser: setup $(DEV) $(AXE) ## the review page in chromium (apt-get install chromium; npm for axe)
	$(BIN)/python -m pytest -m browser

.PHONY: screenshots
screenshots: setup $(DEV) ## take the README's pictures of the review page anew (needs chromium)
	$(BIN)/python -m pytest tests/test_browser_pictures.py --screenshots docs

.PHONY: test-ray
test-ray: setup $(DEV) $(RAY) $(S3) ## install Ray, then run its tests: a cluster of two nodes, one killed
	$(BIN)/python -m pytest tests/test_batch_ray.py

.PHONY: golden
golden: setup $(DEV) ## write tests/golden anew from what is read now; then read the difference
	@# One test fails while the flag is on, so that nobody leaves it on.
	$(BIN)/python -m pytest tests/test_golden.py --regenerate-golden \
		--deselect tests/test_golden.py::test_goldens_are_compared_and_not_written

.PHONY: check
check: $(RUNTIME) $(DEV) ## format, lint and types; changes no file
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

.PHONY: bench
bench: setup $(DEV) ## measure accuracy, speed, memory, tables and names
	$(BIN)/python -m tests.bench $(BENCH)

.PHONY: bench-names
bench-names: $(RUNTIME) $(DEV) ## split drawn cells of leaders and units, and hold them to their truth
	$(BIN)/python -m tests.bench names

.PHONY: bench-accuracy
bench-accuracy: setup $(DEV) ## read over 200 pages of bad scans, and hold doubt to what is wrong
	$(BIN)/python -m tests.bench faults --store build/bench/accuracy.json $(FAULTS)

.PHONY: fit
fit: setup $(DEV) ## fit the weights of doubt on bad scans of other seeds; writes configs/doubt.toml
	$(BIN)/python -m tests.bench.fit --count 2 --write configs/doubt.toml

.PHONY: bench-batch
bench-batch: setup $(DEV) ## run DOCUMENTS notices of three pages, half of them scans; writes docs/scale.md
	$(BIN)/python -m tests.bench batch --documents $(DOCUMENTS) --workers $(WORKERS)

.PHONY: samples
samples: setup $(DEV) ## typeset the sample notices again (development only)
	$(BIN)/python samples/make_samples.py

.PHONY: setup
setup: $(RUNTIME) models ## set up: .venv, the locked packages, the project, the models

.PHONY: models
ifdef GONGWEN_MODELS
models: $(RUNTIME)
	@$(BIN)/gongwen models verify >/dev/null
else
models: $(MODELS) ## fetch the pinned OCR models, or check those in GONGWEN_MODELS
endif

.PHONY: lock
lock: ## resolve the locks anew (needs uv; development only)
	$(UV) --upgrade packaging/build.in -o requirements-build.lock
	$(UV) --upgrade pyproject.toml requirements.in --excludes packaging/excludes.txt \
		-c requirements-build.lock -o requirements.lock
	$(UV) --upgrade --group dev -c requirements-build.lock -c requirements.lock -o requirements-dev.lock
	$(UV) --upgrade packaging/s3.in -o requirements-s3.lock
	$(UV) --upgrade packaging/ray.in -c requirements.lock -o requirements-ray.lock

.PHONY: clean
clean: ## remove what was set up and what was written; the samples stay
	rm -rf $(VENV) .venv-s3 models build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(OUT) -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "make: '$(PYTHON)' is missing or older than Python 3.11: name another, e.g. make run PYTHON=python3.12" >&2; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "make: '$(PYTHON) -m venv' failed. Debian and Ubuntu keep it in a package of its own" \
			"(python3-venv); a Python from python.org or uv carries it." >&2; \
		exit 1; }

# jieba is published as source only, so what builds it is locked and installed first, and nothing
# is built in isolation, where pip would fetch build tools that no lock covers. The lock is whole, so
# nothing else is resolved; `pip check` proves it.
$(RUNTIME): | $(VENV)/bin/python
	@echo "setting up $(VENV): about two minutes the first time"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --default-pip >/dev/null
	$(PIP) --require-hashes -r requirements-build.lock
	@# Two distributions that hold cv2 would overwrite each other's files.
	@$(BIN)/python -m pip --quiet uninstall --yes opencv-python opencv-python-headless \
		opencv-contrib-python opencv-contrib-python-headless 2>/dev/null
	$(PIP) --no-deps --require-hashes --no-build-isolation -r requirements.lock
	$(PIP) --no-deps --no-build-isolation ./packaging/opencv-contrib-python
	$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check >/dev/null || { $(BIN)/python -m pip check; exit 1; }
	@rm -f $(VENV)/.runtime-* && touch $@

$(DEV): $(RUNTIME)
	$(PIP) --no-deps --require-hashes --no-build-isolation -r requirements-dev.lock
	@rm -f $(VENV)/.dev-* && touch $@

$(RAY): $(RUNTIME)
	$(PIP) --no-deps --require-hashes -r requirements-ray.lock
	@rm -f $(VENV)/.ray-* && touch $@

$(S3): $(RUNTIME)
	@rm -rf .venv-s3 && $(BIN)/python -m venv .venv-s3
	.venv-s3/bin/python -m pip --disable-pip-version-check --no-input install --quiet \
		--no-deps --require-hashes -r requirements-s3.lock
	@touch $@

$(AXE):
	@mkdir -p $(@D)
	cd $(@D) && npm pack --silent axe-core@$(AXE_VERSION) >/dev/null && \
		tar -xzf axe-core-$(AXE_VERSION).tgz --strip-components=1 package/axe.min.js
	@echo "$(AXE_SHA256)  $@" | sha256sum --check --quiet || { rm -f $@; exit 1; }

$(MODELS): $(RUNTIME)
	$(BIN)/gongwen models fetch
	@rm -f models/.ready-* && touch $@
