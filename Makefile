# Everything that is run on this project. `make help` lists it; nothing has to be installed first but Python 3.11.

PYTHON   ?= python3
VENV     ?= .venv
PORT     ?= 8585
STORE    ?= sqlite:///.data/sandbox.db
RUN_ARGS ?= --scenario demo
SCENARIO ?= buyer-official-request
JOBS     ?= 2
SHARE    ?= 1

PY       := $(VENV)/bin/python
SANDBOX  := $(VENV)/bin/marketplace-sandbox
PYTEST   := $(PY) -m pytest -q

# pip pins what it builds with, too: the first name is for pip up to 25.2, the second from there on
export PIP_CONSTRAINT := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

INSTALL  := $(PY) -m pip install --quiet -c constraints.txt
INPUTS   := pyproject.toml constraints.txt
STEP      = @printf '\n== %s ==\n'

.DEFAULT_GOAL := help
.PHONY: help run play demo test check-format lint types imports docs-check tests \
        fresh aside docs docs-site screenshots format bench bench-growth bench-page soak mutants test-pythons wheel image test-system clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.installed-run  ## serve the demo on port 8585; its worlds stay in .data/
	@mkdir -p .data
	@exec $(SANDBOX) serve --port $(PORT) --store $(STORE) $(RUN_ARGS)

play: $(VENV)/.installed-run  ## play a scenario in the terminal, without a server (SCENARIO=auto-cancel for another)
	@$(SANDBOX) play $(SCENARIO)

demo: $(VENV)/.installed-run  ## tell a story step by step: NAME=buyer-in-a-hurry; without a name, list them
	@exec $(SANDBOX) demo $(NAME) $(if $(PACE),--pace $(PACE)) $(if $(RECORD),--record $(RECORD))

fresh: aside run  ## begin again: like run, with the worlds of before kept beside the new ones

# Where SQLite has left something of its own beside the file, that goes with it.
aside:
	@file=$(patsubst sqlite:///%,%,$(STORE)); kept=$$file.$$(date +%Y-%m-%d-%H%M%S); \
	if [ -e "$$file" ]; then \
	  for suffix in '' -wal -shm; do \
	    if [ -e "$$file$$suffix" ]; then mv "$$file$$suffix" "$$kept$$suffix"; fi; \
	  done; \
	  echo "The worlds of before are kept in $$kept."; \
	fi

test: check-format lint types imports docs-check tests  ## everything that proves the project
	@printf '\nAll checks passed.\n'

# The steps run in the order of the list above, whatever -j says.
.NOTPARALLEL:

check-format: $(VENV)/.installed-test
	$(STEP) 'format: ruff format --check'
	@$(PY) -m ruff format --check .

lint: $(VENV)/.installed-test
	$(STEP) 'lint: ruff check'
	@$(PY) -m ruff check .

types: $(VENV)/.installed-test
	$(STEP) 'types: mypy, strict on sandbox/'
	@$(PY) -m mypy --num-workers $(JOBS)

imports: $(VENV)/.installed-test
	$(STEP) 'imports: the contracts in pyproject.toml'
	@$(VENV)/bin/lint-imports --no-cache

docs-check: $(VENV)/.installed-test
	$(STEP) 'docs: examples run, links lead somewhere, generated pages are fresh'
	@$(PYTEST) -n $(JOBS) --dist worksteal tests/test_docs.py

tests: $(VENV)/.installed-test
	$(STEP) 'tests: pytest'
	@$(PYTEST) -n $(JOBS) --dist worksteal --ignore tests/test_docs.py

docs: $(VENV)/.installed-test  ## write the generated pages anew
	@$(PY) -m tools.pages

docs-site: $(VENV)/.installed-docs  ## build the documents as a site with search into .docs-site/, which asks no other host for anything
	@$(PY) -m tools.docs_site

screenshots: $(VENV)/.installed-test  ## take pictures of the pages into .screenshots/, which the site shows; needs Chromium
	@$(PY) -m tests.console.screenshots .screenshots

format: $(VENV)/.installed-test  ## put the code in shape: ruff format, and what ruff can mend
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

bench: $(VENV)/.installed-test  ## measure this checkout and other servers in turn (ONLY='fork lists', QUICK=1, AGAINST=earlier.json)
	@$(PY) -m tests.bench $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick) $(if $(AGAINST),--against $(AGAINST))

bench-growth: $(VENV)/.installed-bench  ## measure how time and memory grow, with the exponents (MOST=100000 for less)
	@$(PY) -m tests.bench.growth $(if $(MOST),--most $(MOST))

bench-page: $(VENV)/.installed-bench  ## measure all of it, for half an hour, and write docs/performance.md and its plots anew
	@$(PY) -m tests.bench --page
	@$(PY) -m tests.bench.growth --page $(if $(MOST),--most $(MOST))

soak: $(VENV)/.installed-test  ## explore for long: random actors, generated requests, killed servers (SHARE=0.01 for less)
	@$(PY) -m tests.soak $(SHARE)
	@$(PY) -m tests.soak_memory $(SHARE)
	@SOAK=$(SHARE) $(PYTEST) -n $(JOBS) --dist worksteal $$(grep -rl --include='test_*.py' '^from tests.depth import' tests)

mutants: $(VENV)/.installed-mutants  ## try 400 wrong changes of the rules, and print those no test finds out (MUTANTS='--seed 2')
	@$(PY) -m tests.mutants --jobs $(JOBS) $(MUTANTS)

test-pythons: $(VENV)/.installed-test  ## install the wheel for every Python of this machine from 3.11 on, and test it there
	@JOBS=$(JOBS) $(PY) -m tests.pythons

# What builds is installed for the build alone, as pip would. Two builds of a commit give the same bytes: all is of its date.
wheel: $(VENV)/.installed-build  ## build the source archive and the wheel into dist/; needs nothing else of this list
	@rm -rf dist
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 1577836800)} $(PY) -m build .

image:  ## build the container image; needs docker
	docker build --tag marketplace-sandbox .

test-system:  ## install what tests use from Debian's packages (a browser, wrk); the one target that changes the system
	@if ! command -v apt-get >/dev/null; then \
	  echo 'There is no apt-get here. Install chromium, chromedriver and wrk your own way; tests that miss them say so and skip.'; \
	else \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -q && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium chromium-driver wrk; \
	fi

clean:  ## remove the environment, the worlds in .data/ and whatever tools left behind
	rm -rf $(VENV) .venv-pythons .data .docs-site .screenshots .cache dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment: made once, installed into again only when what it is made from has changed.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Name another: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo 'Python has no venv module here; on Debian it is the package python3-venv.' >&2; exit 1; }

$(VENV)/.installed-run: $(INPUTS) | $(PY)
	@echo 'Installing what the server needs into $(VENV) (the first time takes about a minute) ...'
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.installed-test: $(INPUTS) | $(PY)
	@echo 'Installing what the tests need into $(VENV) (the first time takes a while) ...'
	@$(INSTALL) -e '.[test]'
	@touch $(VENV)/.installed-run $@

$(VENV)/.installed-build: $(INPUTS) | $(PY)
	@$(INSTALL) build
	@touch $@

$(VENV)/.installed-bench: $(INPUTS) | $(VENV)/.installed-test
	@$(INSTALL) -e '.[bench]'
	@touch $@

$(VENV)/.installed-docs: $(INPUTS) | $(VENV)/.installed-run
	@$(INSTALL) -e '.[docs]'
	@touch $@

$(VENV)/.installed-mutants: $(INPUTS) | $(VENV)/.installed-test
	@$(INSTALL) -e '.[mutants]'
	@touch $@
