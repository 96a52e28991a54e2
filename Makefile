# The front door: `make help` lists every habit.
# Needs make and python3 3.11 or later; everything else goes into .venv.

SHELL := /bin/sh
.DEFAULT_GOAL := help
CITY ?= la
PYTHON ?= python3
# Tests side by side.
JOBS ?= 2
BIN := .venv/bin
# Quiet, but not silent where a person is watching.
PIP_FLAGS := --disable-pip-version-check --no-input $(if $(CI),-q --progress-bar off,-q)

.PHONY: help install dev demo test check lint format look bench year kills chaos soak soak-days surges fuzz surface screenshots docs lock system-packages clean

help: ## list these habits
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.runtime ## make .venv with what running needs
dev: .venv/.dev ## make .venv with what developing needs as well

demo: .venv/.runtime ## start everything and print the wall's address (CITY=la|chifeng)
	@exec $(BIN)/gridwall up --city $(CITY)

test: .venv/.dev system-packages lint ## lint, then every test with a real Redis and Chromium
	@$(BIN)/pytest -n $(JOBS) --dist loadfile -m "not alone" --ignore=tests/browser
	@$(BIN)/pytest -n $(JOBS) --dist loadfile -m "not alone" tests/browser
	@$(BIN)/pytest -m alone tests

check: .venv/.dev lint ## before each commit: lint, types, contracts, unit tests (under 3 minutes on two cores)
	@$(BIN)/pytest -q -n $(JOBS) --dist loadfile tests/unit

lint: .venv/.dev ## ruff, mypy, import rules, the documentation made from code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@PYTHONPATH=. $(BIN)/python scripts/lifecycle_doc.py --check
	@PYTHONPATH=. $(BIN)/python scripts/metrics_words.py --check
	@PYTHONPATH=. $(BIN)/python scripts/contrast_table.py --check
	@PYTHONPATH=. $(BIN)/python scripts/durations_js.py --check
	@PYTHONPATH=. $(BIN)/python scripts/level_shapes.py --check
	@PYTHONPATH=. $(BIN)/python scripts/rights_table.py --check
	@PYTHONPATH=. $(BIN)/python scripts/fault_table.py --check
	@$(BIN)/python scripts/doc_paths.py
	@$(BIN)/python scripts/plain_words.py --check

format: .venv/.dev ## let ruff put the code in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

look: .venv/.dev ## every leaders' page in four sizes, both languages and themes (GRIDWALL_LOOK_DATA=empty|day|years; GRIDWALL_SHOTS keeps pictures)
	@GRIDWALL_LOOK=all $(BIN)/pytest -q tests/browser/test_review_look.py

bench: .venv/.dev ## print the budgets' rows beside plain Dash
	@$(BIN)/python -m tests.bench

year: .venv/.dev ## a year of closed events in files: what the pages' questions take (EVENTS=1000000)
	@$(BIN)/python -m tests.bench.year --events $(or $(EVENTS),1000000)

kills: .venv/.dev system-packages ## kill the archiver and the projector 20 times each; 50 past moments against whole replays; scores of two files against pandas
	@GRIDWALL_TEST_KILLS=20 $(BIN)/pytest -q tests/chaos/test_archive_kill.py tests/chaos/test_projector_kill.py
	@GRIDWALL_TEST_MOMENTS=50 $(BIN)/pytest -q tests/integration/past/test_asof.py tests/integration/records/test_scores_pandas.py

chaos: EXTRA_PACKAGES = faketime
chaos: .venv/.dev system-packages ## break everything under load, about half an hour; table into docs/operating.md
	@GRIDWALL_CHAOS=all GRIDWALL_FAULTS=write $(BIN)/pytest -q -s tests/chaos/faults
	@GRIDWALL_TEST_POISON=10000 $(BIN)/pytest -q -s tests/chaos/test_poison.py
	@GRIDWALL_LOAD=full $(BIN)/pytest -q -s tests/chaos/test_load.py
	@PYTHONPATH=. $(BIN)/python scripts/fault_table.py

soak: .venv/.dev ## two hours of events in 12 min: does the wall or the server grow? (SOAK="--hours 2")
	@$(BIN)/python -m tests.soak $(SOAK)

soak-days: .venv/.dev ## 72 hours at the true rate; interrupted, it goes on where it was (SOAK="--into DIR --publish")
	@PYTHONPATH=. $(BIN)/python -m tests.soak.days $(SOAK)

surges: .venv/.dev ## try the surge warnings, table into docs/warnings.md
	@PYTHONPATH=. $(BIN)/python scripts/surge_table.py

fuzz: .venv/.dev system-packages ## every call and address, then 10 minutes each of actions and files (FUZZ_SECONDS=600)
	@GRIDWALL_FUZZ=all $(BIN)/pytest -q -n $(JOBS) --dist loadfile tests/fuzz/test_openapi.py tests/fuzz/test_addresses.py
	@GRIDWALL_FUZZ_SECONDS=$(or $(FUZZ_SECONDS),600) $(BIN)/pytest -q -n $(JOBS) tests/fuzz/test_actions.py tests/fuzz/test_files.py tests/fuzz/test_rule_files.py

surface: .venv/.dev system-packages ## record what others rely on, to compare two versions (OUT=surface)
	@$(BIN)/python scripts/surface.py $(or $(OUT),surface)

screenshots: .venv/.dev system-packages ## draw every scene at every size into screenshots/
	@mkdir -p screenshots
	@GRIDWALL_SHOTS="$(CURDIR)/screenshots" $(BIN)/pytest -q tests/browser/test_wall_look.py
	@$(BIN)/python scripts/contact_sheets.py screenshots

docs: .venv/.dev ## make the parts of the documentation that come from code
	@PYTHONPATH=. $(BIN)/python scripts/lifecycle_doc.py
	@PYTHONPATH=. $(BIN)/python scripts/metrics_words.py
	@PYTHONPATH=. $(BIN)/python scripts/contrast_table.py
	@PYTHONPATH=. $(BIN)/python scripts/rights_table.py
	@ls README* docs/*.md

lock: .venv/.dev ## pin every dependency with its hashes
	@$(BIN)/python scripts/lock.py

system-packages: # Chromium, CJK fonts and a Redis server, for the tests
	@sh scripts/system-packages.sh $(EXTRA_PACKAGES)

clean: ## remove .venv and the tools' caches (not .gridwall, which holds data)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

.venv/.made:
	@sh scripts/make-venv.sh "$(PYTHON)"
	@touch $@

.venv/.runtime: .venv/.made requirements.lock pyproject.toml
	@echo "安装依赖 installing what running needs, about a minute …"
	@$(BIN)/python -m pip install $(PIP_FLAGS) --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install $(PIP_FLAGS) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	@echo "安装开发依赖 installing what developing needs, about a minute …"
	@$(BIN)/python -m pip install $(PIP_FLAGS) --require-hashes -r requirements-dev.lock
	@touch $@
