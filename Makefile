# Two commands on a fresh machine: `make app` and `make test`. Each sets up what it needs.
PYTHON ?= python3
PORT ?= 8501
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help app test lint format unit e2e bench clicks firefox monkey gpu callbacks bulk messages experiments verdicts examples models notebooks screenshots picture gallery wheel package load soak classes proxy fuzz coverage mutants lock audit docs clean

help: ## list the commands
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

app: $(VENV)/app.stamp ## open the app (PORT=8501)
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/dev.stamp ## everything side by side: style, types, unit tests, the page in a real browser
	$(MAKE) --jobs=3 lint unit e2e

lint: $(VENV)/dev.stamp ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/dev.stamp ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

unit: $(VENV)/dev.stamp ## all tests that need no browser
	$(BIN)/python -m pytest -m "not e2e" -n auto --dist worksteal -r aR

e2e: $(VENV)/dev.stamp ## the page in headless Chromium
	SKIPVIZ_BROWSER="$$($(BIN)/python -m tools.browser)" && export SKIPVIZ_BROWSER && \
	$(BIN)/python -m pytest -m e2e --reruns 1 -r aR

bench: $(VENV)/dev.stamp ## speed, as ratios within one process
	$(BIN)/python -m tools.bench

clicks: $(VENV)/dev.stamp ## what a person waits for on the page, in a real browser
	SKIPVIZ_BROWSER="$$($(BIN)/python -m tools.browser)" && export SKIPVIZ_BROWSER && \
	$(BIN)/python -m tools.clicks

firefox: $(VENV)/dev.stamp ## the app in Debian's firefox-esr: drag, train, charts
	$(BIN)/python -m tools.firefox

monkey: $(VENV)/dev.stamp ## random acts on every page in a real browser, and what broke (SEED=0)
	SKIPVIZ_BROWSER="$$($(BIN)/python -m tools.browser)" && export SKIPVIZ_BROWSER && \
	$(BIN)/python -m tools.monkey $(SEED)

gpu: $(VENV)/dev.stamp ## the engine on this machine's GPU: the same numbers as on its CPU, and how fast
	$(BIN)/python -m tools.gpu

callbacks: $(VENV)/dev.stamp ## callbacks and files in Lightning, Hugging Face, TensorBoard and ONNX themselves (fetches 300 MB once)
	$(BIN)/python -m tools.callbacks

bulk: $(VENV)/dev.stamp ## every promise of the network language and every door, on 10,000 random inputs each
	SKIPVIZ_EXAMPLES=10000 $(BIN)/python -m pytest -n $(JOBS) tests/unit/test_language_in_bulk.py \
		tests/unit/model/test_random_networks.py tests/unit/hardening

messages: $(VENV)/dev.stamp ## bring the catalogues of other languages up to date, and list what is not translated
	$(BIN)/python -m tools.messages

experiments: $(VENV)/dev.stamp ## run every guided experiment in full and write docs/experiments.md
	$(BIN)/python -m tools.experiments

verdicts: $(VENV)/dev.stamp ## train the runs anew whose verdicts the tests hold to what is true of them
	$(BIN)/python -m tools.verdicts

examples: $(VENV)/dev.stamp ## measure the models anew that the page Your model shows
	$(BIN)/python -m tools.example_models

models: $(VENV)/dev.stamp ## look at models of other packages (300 MB, in build/models) and write docs/models.md
	$(BIN)/python -m tools.models

notebooks: $(VENV)/dev.stamp ## run the notebooks anew that are stored with their outputs
	SKIPVIZ_BROWSER="$$($(BIN)/python -m tools.browser)" && export SKIPVIZ_BROWSER && \
	$(BIN)/python -m tools.notebooks

screenshots: $(VENV)/dev.stamp ## take the pictures of README anew
	$(BIN)/python -m tools.screenshots

picture: $(VENV)/dev.stamp ## take the moving picture of README anew: a skip is dragged, the network trained
	SKIPVIZ_BROWSER="$$($(BIN)/python -m tools.browser)" && export SKIPVIZ_BROWSER && \
	$(BIN)/python -m tools.moving_picture

wheel: $(VENV)/dev.stamp ## build the wheel, install it alone, and look at the app it serves
	$(BIN)/python -m tools.wheel

package: $(VENV)/bin/python ## build wheel and sdist into build/dist, and check what a package index will show
	$(BIN)/python -m pip install -q build==1.6.1 twine==7.0.0
	rm -rf build/dist
	$(BIN)/python -m build --outdir build/dist .
	$(BIN)/python -m twine check --strict build/dist/*

gallery: $(VENV)/dev.stamp ## photograph every state of every page into gallery/
	$(BIN)/python -m tools.gallery

load: $(VENV)/dev.stamp ## 20 visitors at once, tabs of a browser, 200 runs in a row, 100 tabs against one visitor
	$(BIN)/python -m tools.waits
	$(BIN)/python -m tools.load
	$(BIN)/python -m tools.attack

soak: $(VENV)/dev.stamp ## 300 sessions in waves: memory, descriptors and threads stay what they were
	$(BIN)/python -m tools.soak

classes: $(VENV)/dev.stamp ## what 1, 20 and 200 visitors ask of the page server, with and without a cluster
	$(BIN)/python -m tools.classes

proxy: $(VENV)/dev.stamp ## the app behind nginx, which has to be installed: two page servers, a browser, one server killed
	SKIPVIZ_BROWSER="$$($(BIN)/python -m tools.browser)" && export SKIPVIZ_BROWSER && \
	$(BIN)/python -m tools.proxy

fuzz: $(VENV)/dev.stamp ## 10,000 changed inputs over all doors, none over 5 s of processor time or 1 GB
	SKIPVIZ_EXAMPLES=10000 $(BIN)/python -m pytest -n $(JOBS) tests/unit/hardening/test_fuzz.py

coverage: $(VENV)/dev.stamp ## which lines the tests without a browser reach
	$(BIN)/python -m pip install -q pytest-cov
	$(BIN)/python -m pytest -m "not e2e" --cov=skipviz --cov-report=term:skip-covered

mutants: $(VENV)/dev.stamp ## 300 changes of the program, and how many of them the tests notice (an hour; JOBS=2)
	$(BIN)/python -m tools.mutants --jobs $(JOBS)

lock: $(VENV)/dev.stamp ## write anew what the container installs, every file by its hash (needs the network)
	$(BIN)/python -m pip install -q uv
	$(BIN)/python -m tools.lock

audit: $(VENV)/app.stamp ## look what the container installs up in PyPI's advisories, and say what was not found
	$(BIN)/python -m pip install -q pip-audit
	$(BIN)/python -m tools.audit

docs: $(VENV)/dev.stamp ## the documentation site with the book and the API reference, in build/docs
	$(BIN)/python -m pip install -q -r requirements-docs.txt
	$(BIN)/python -m tools.site

clean: ## remove what the other commands made
	rm -rf $(VENV) build static/*.png test-results gallery .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "skipviz needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# TORCH_INDEX names where torch comes from: https://download.pytorch.org/whl/cpu has its build for the CPU
$(VENV)/app.stamp: requirements.txt | $(VENV)/bin/python
	$(if $(TORCH_INDEX),$(BIN)/python -m pip install -q "$$(grep '^torch==' requirements.txt)" --index-url $(TORCH_INDEX))
	$(BIN)/python -m pip install -q -r requirements.txt
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/app.stamp
	$(BIN)/python -m pip install -q -r requirements-dev.txt
	touch $@
