# Two commands: `make app` opens the lab, `make test` proves that it works.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

# One BLAS thread per solve: more of them fight over the cores with the projector's own threads.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1

# A test run starts dozens of processes: each would compile all modules again (empty: write .pyc).
export PYTHONDONTWRITEBYTECODE :=

# An index that cannot be reached costs seconds, not minutes: pip asks it for every package.
export PIP_RETRIES ?= 1
export PIP_DEFAULT_TIMEOUT ?= 15
export PIP_DISABLE_PIP_VERSION_CHECK ?= 1

.DEFAULT_GOAL := help
.PHONY: help app dev test lecture crawl soak test-fast check lint types imports unit bench load images weights scores \
        drawing screenshots gallery certificate clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

# The first Python of a supported version, whatever it is called here.
$(BIN)/python:
	@for python in python3 python3.12 python3.11 python3.13 python; do \
	  if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	  then echo "Making $(VENV) with $$($$python --version)"; $$python -m venv $(VENV); exit $$?; fi; \
	done; echo "Python 3.11, 3.12 or 3.13 is needed, and none was found."; exit 1

$(VENV)/.app: requirements.txt | $(BIN)/python
	@echo "Installing what the app needs (once, a few minutes)"
	@$(BIN)/pip install --quiet --quiet -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt $(VENV)/.app
	@echo "Installing what the tests need"
	@$(BIN)/pip install --quiet --quiet -r requirements-dev.txt
	@touch $@

# Debian's Chromium, without its windows where it has that, and nginx, where one is root and apt is
# at hand, otherwise Playwright's own build of it; without nginx the tests behind it are skipped.
INSTALL = DEBIAN_FRONTEND=noninteractive apt-get install -y -qq
$(VENV)/.chromium: | $(VENV)/.dev
	@here() { command -v chromium-headless-shell || command -v chromium; } >/dev/null; \
	if command -v chromium-headless-shell >/dev/null && command -v nginx >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  { apt-get update -qq && { $(INSTALL) chromium-headless-shell nginx-light || \
	    $(INSTALL) chromium nginx-light; } >/dev/null; } || here; \
	else here || $(BIN)/playwright install --only-shell chromium; fi
	@touch $@

app: $(VENV)/.app ## open the lab in a browser (PORT=8501)
	@$(BIN)/streamlit run streamlit_app.py --server.port $(PORT) --browser.serverAddress localhost

dev: $(VENV)/.dev ## the same for who edits it: a saved file shows at once
	@$(BIN)/streamlit run streamlit_app.py --server.port $(PORT) --browser.serverAddress localhost \
	  --server.fileWatcherType auto

test: ## prove that everything works: the checks of `make check` beside the first tests
	@$(MAKE) --no-print-directory --jobs 2 check unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy
	DENO_DIR=$(VENV)/deno DENO_NO_UPDATE_CHECK=1 $(BIN)/deno check --no-remote $(wildcard core/ui/*/frontend/*.js core/ui/frontend/*.js)

imports: $(VENV)/.dev
	$(BIN)/lint-imports

# One more than the cores of a small machine: tests wait for browsers, servers and workers.
WORKERS ?= 3

unit: $(VENV)/.dev $(VENV)/.chromium
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m 'not browser and not crawl and not soak'
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m 'browser and not crawl and not soak and not lecture' tests/browser

coverage: $(VENV)/.dev ## which lines the tests without a browser run
	$(BIN)/pytest --cov --cov-report=term -n $(WORKERS) --dist loadfile -m 'not browser and not crawl and not soak'

test-fast: $(VENV)/.dev ## all tests but those in the browser
	$(BIN)/pytest -m 'not browser and not crawl and not soak'

crawl: $(VENV)/.dev $(VENV)/.chromium ## operate every control of every page once (minutes)
	$(BIN)/pytest -m crawl

SCREENSHOTS ?= .cache/lecture
lecture: $(VENV)/.dev $(VENV)/.chromium ## give the guided lecture in both themes and keep the SCREENSHOTS
	$(BIN)/python -m core lecture check assets/lectures/guided
	SCREENSHOTS=$(SCREENSHOTS) $(BIN)/pytest --no-cov -m browser tests/browser/test_lecture.py -k whole_lecture

MINUTES ?= 20
soak: $(VENV)/.dev $(VENV)/.chromium ## three browsers use it at random for MINUTES=20
	MINUTES=$(MINUTES) $(BIN)/pytest -m soak -s

check: lint types imports ## the checks that take seconds

bench: $(VENV)/.dev $(VENV)/.chromium ## measure speed against the lecture's own code
	$(BIN)/python -m core bench

N ?= 15 50 150
PAGE ?= forward classical_inversion
RATE ?= 1
load: $(VENV)/.dev ## measure what a class waits for (N=15 50 150, PAGE=forward, RATE=1, AGAINST=options)
	$(BIN)/python -m core load --visitors $(N) --page $(PAGE) --rate $(RATE) --against="$(AGAINST)"

images: $(VENV)/.app ## rebuild assets/*.h5 from a folder of source arrays (SOURCES=folder)
	$(BIN)/python assets/build_images.py $(SOURCES)

weights: $(VENV)/.app ## train every network as planned (about 71 hours of one core)
	$(BIN)/python -m core train all

scores: $(VENV)/.app ## evaluate every method on unseen images, for docs and page
	$(BIN)/python -m core evaluate
	$(BIN)/python -m core uncertainty
	$(BIN)/python -m core.evaluation.target_scores

drawing: $(VENV)/.dev ## draw the architecture in docs from the imports
	$(BIN)/python -m docs.draw_architecture

screenshots: $(VENV)/.dev $(VENV)/.chromium ## remake the pictures of the app in README
	$(BIN)/python -m assets.build_screenshots

gallery: $(VENV)/.app ## remake the gallery of methods in README
	$(BIN)/python -m assets.build_gallery

TLS := deploy/tls
certificate: ## make a self-signed certificate for nginx (see docs/cluster.md)
	@mkdir -p $(TLS)
	@openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=localhost \
	  -keyout $(TLS)/key.pem -out $(TLS)/certificate.pem 2>/dev/null
	@cp deploy/tls.conf $(TLS)/tls.conf
	@echo "Certificate, key and tls.conf are in $(TLS)."

clean: ## remove the environment and every cache
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .coverage
