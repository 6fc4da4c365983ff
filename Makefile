# The menu of this repository: `make` alone prints it. Only relative paths, so that the folder may have any name.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/sh
EXAMPLE ?= examples/plantenpot.yaml
OUT := out
PORT ?= 8000
# What Python made of the tests is kept for the next time, and for the processes that they start.
KEPT := PYTHONDONTWRITEBYTECODE=

.DEFAULT_GOAL := menu
.PHONY: menu run serve test check test-postgresql fuzz lint format messages docs data bench clean environment tools-dev tools-bench

menu: ## Print this menu
	@echo "thuishaven: what would it cost to make this at home?"
	@echo
	@grep -E '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

run: environment ## Set up, answer the example dossier, write its report to out/
	@mkdir -p $(OUT)
	@$(BIN)/thuishaven cost "$(EXAMPLE)" --lang nl
	@$(BIN)/thuishaven cost "$(EXAMPLE)" --json > $(OUT)/cost.json
	@echo
	@$(BIN)/thuishaven report "$(EXAMPLE)" -o $(OUT)/report.html -o $(OUT)/report.pdf --lang nl
	@echo
	@echo "Results of $(EXAMPLE):"
	@echo "  $(OUT)/report.html, $(OUT)/report.pdf   the advice, the argument, a page for the bank, every figure with its source"
	@echo "  $(OUT)/cost.json                 every figure, with its inputs and sources, for programs"

serve: environment ## Set up and open the pages on http://127.0.0.1:8000 (PORT=... for another)
	@$(BIN)/thuishaven serve --port $(PORT)

test: tools-dev ## Set up and run the whole suite (installs LibreOffice, Chromium and Node as root, or prints how)
	@$(PYTHON) tools/prepare.py libreoffice chromium provider
	@$(BIN)/python -m compileall -q src
	@$(KEPT) $(BIN)/python -m pytest -v --no-header -n 2 --dist loadfile --no-loadscope-reorder

check: tools-dev ## The everyday part of the suite: without what takes long (tests/slow.txt), and on SQLite only
	@$(BIN)/python -m compileall -q src
	@$(KEPT) $(BIN)/python -m pytest -m "not slow" --engine sqlite -n 2 --dist loadfile --no-loadscope-reorder

test-postgresql: tools-dev ## What needs a databank on PostgreSQL only; make test runs storage on both, the rest on SQLite
	@$(PYTHON) tools/prepare.py chromium provider
	@$(KEPT) $(BIN)/python -m pytest --engine postgresql -n 2 --dist loadfile --no-loadscope-reorder tests/access tests/databank tests/web

fuzz: tools-dev ## Ask the HTTP interface many more questions than make test does (THUISHAVEN_FUZZ of each kind)
	@THUISHAVEN_FUZZ=$${THUISHAVEN_FUZZ:-256} $(BIN)/python -m pytest tests/web/test_api_fuzzed.py

lint: tools-dev ## Style, types, import directions and the facts tables
	@echo "ruff check";        $(BIN)/python -m ruff check .
	@echo "ruff format";       $(BIN)/python -m ruff format --check .
	@echo "mypy";              $(BIN)/python -m mypy
	@echo "import directions"; $(BIN)/python -c "from importlinter.cli import lint_imports_command as lint; lint()"
	@echo "facts check";       $(BIN)/thuishaven facts check

format: tools-dev ## Lay out the code and repair what ruff can repair
	@$(BIN)/python -m ruff check --fix .
	@$(BIN)/python -m ruff format .

messages: tools-dev ## Collect the messages, update the translations, list what is missing
	@$(BIN)/python tools/extract_messages.py

docs: tools-dev ## Write the reference pages and the answers in the README from what they describe
	@$(BIN)/python tools/write_docs.py
	@$(BIN)/python tools/write_cli_docs.py
	@$(BIN)/python tools/write_readme.py
	@$(BIN)/python tools/write_hindcast.py

data: tools-dev ## Rebuild the derived facts tables from the packages that ship the raw data
	@$(BIN)/python tools/build_facts.py

bench: tools-bench ## Measure speed and growth side by side with other programs, into out/
	@mkdir -p $(OUT)
	@$(BIN)/python bench/run.py

clean: ## Remove the environment, caches and results
	@rm -rf .venv $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@$(PYTHON) tools/prepare.py environment run

tools-dev:
	@$(PYTHON) tools/prepare.py environment dev

tools-bench:
	@$(PYTHON) tools/prepare.py environment bench
