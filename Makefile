# Every target is explained by `make help`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
REFECTORY := $(VENV)/bin/refectory
RUN_DIR ?= .run
PORT ?= 8080
SIZE ?= 1080x1920
WINDOW ?= 0
CORE := sales journal hal masterdata mqtt_bridge drivers workbench
MO_STAMP := $(VENV)/.messages

.PHONY: help
help: ## say what each target does
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: packages $(VENV)/.installed $(MO_STAMP) ## install everything needed to run and to test

.PHONY: packages
packages: ## install the Debian packages that are missing
	@tools/packages.sh packages.debian

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Python packages (pinned, hashes checked) ..."
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . 2>/dev/null
	@touch $@

$(MO_STAMP): $(VENV)/.installed $(wildcard appliance/locale/*/LC_MESSAGES/*.po server/locale/*/LC_MESSAGES/*.po)
	@$(VENV)/bin/pybabel --quiet compile --domain refectory --directory appliance/locale
	@if compgen -G "server/locale/*/LC_MESSAGES/django.po" >/dev/null; then $(VENV)/bin/pybabel --quiet compile --domain django --directory server/locale; fi
	@touch $@

.PHONY: run
run: setup ## run head office, kiosk, till and kitchen with emulated devices; prints one address (WINDOW=1, SIZE=1280x800, PORT=8080)
	@exec $(REFECTORY) workbench --data $(RUN_DIR) --port $(PORT) --size $(SIZE) $(if $(filter 1,$(WINDOW)),--window)

.PHONY: demo
demo: setup ## play a lunch of three minutes by itself and leave its pictures in build/demo/
	@$(PY) -m tools.demo --out build/demo

.PHONY: lane
lane: setup ## 120 scripted guests through the emulated devices of a till, a pass-through and a kiosk (ten minutes)
	@mkdir -p build/bench
	@$(PY) -m bench.lane --plot build/bench/lane.png

.PHONY: test
test: setup check ## check, then run all tests
	@$(PY) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: test-recovery
test-recovery: setup ## kill everything, put backups back, copy and replace disks: what takes long to test (five minutes)
	@$(PY) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m long

.PHONY: test-torture
test-torture: setup ## sell 10,000 tickets on five tills while everything breaks, then count every cent (20 minutes; SEED=1)
	@$(PY) -m tests.torture $(if $(SEED),--seed $(SEED))

.PHONY: check
check: setup ## check style, types and imports
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check .
	@$(VENV)/bin/mypy --no-error-summary $(addprefix -p ,$(CORE))
	@$(VENV)/bin/lint-imports | tail -n 3

.PHONY: check-feeds
check-feeds: setup ## import every menu feed of a folder into a scratch head office: make check-feeds DIR=...
	@test -n "$(DIR)" || { echo "say which folder: make check-feeds DIR=path"; exit 2; }
	@$(PY) manage.py check_feeds $(DIR)

.PHONY: screens
screens: setup ## render every screen in three sizes and four languages to docs/screens/
	@$(PY) -m tools.screens

.PHONY: bench
bench: setup ## measure, and draw what was measured to build/bench/
	@mkdir -p build/bench
	@for b in durable_sales at_rest first_frame event_to_pixels till_to_pixels search authorise delivery delivery_memory; do echo "== $$b"; $(PY) -m bench.$$b --plot build/bench/$$b.png; done

.PHONY: pictures
pictures: setup ## render the pictures and icons of the screens anew (needs npm)
	@$(PY) tools/render_pictures.py

.PHONY: lock
lock: ## resolve the pinned Python packages anew (needs uv)
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --upgrade --output-file requirements.lock

.PHONY: messages
messages: setup ## collect translatable texts into the catalogues
	@$(VENV)/bin/pybabel --quiet extract --no-location --sort-output --omit-header -k say -k say_many:1,2 -k translate -k msg -o build/refectory.pot appliance sales
	@$(VENV)/bin/pybabel --quiet update --no-wrap --no-fuzzy-matching --domain refectory -i build/refectory.pot -d appliance/locale

.PHONY: clean
clean: ## remove what set-up and runs made
	@rm -rf $(VENV) $(RUN_DIR) build
