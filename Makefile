# Two commands for a new machine with Rust (stable), Python 3.10 or later and a C linker:
#   make demo    builds the package and shows what it does with a year of real shopping
#   make test    runs everything that has to pass
# Both make what they need (.venv, target) and are quick the second time. `make help` lists the pieces.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# The steps of `make test` share cargo's build folder: one after the other.
.NOTPARALLEL:

PYTHON ?= python3
CARGO ?= cargo
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
DEV := $(VENV)/.dev-requirements

# Python code of ours, by what looks at it.
PYTHON_CODE := $(wildcard python/tagloom tests/python examples/python benches/python)
# The settings are those of the package.
RUFF_CONFIG := --config python/pyproject.toml
NOTEBOOKS := $(wildcard examples/notebooks/*.ipynb)
EXAMPLES = $(basename $(notdir $(wildcard examples/rust/*.rs)))

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export CARGO_TERM_COLOR ?= auto

.PHONY: help demo test rust python fmt clippy test-rust test-doc rustdoc bench-build examples package audit \
	python-build pytest stubtest mypy ruff notebook readme public-api update update-public-api update-schema \
	update-diagnostics fuzz bench format clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 20

demo: $(DEV) ## Build for speed and run the demo on real data
	@$(call title,Python package built for speed)
	VIRTUAL_ENV=$(VENV) $(BIN)/maturin develop --release --locked --quiet --manifest-path python/Cargo.toml
	$(BIN)/python examples/python/demo.py

test: rust python ## Everything that has to pass
	@$(call title,all passed)

rust: fmt clippy test-rust test-doc rustdoc examples package audit ## All of it for Rust

python: python-build pytest stubtest mypy ruff notebook ## All of it for Python

fmt: ## Rust code is formatted
	@$(call title,fmt)
	$(CARGO) fmt --all --check

clippy: ## Rust code passes the lints
	@$(call title,clippy)
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

test-rust: ## Tests of all crates, the benchmarks and examples compiled
	@$(call title,Rust tests)
	$(CARGO) test --workspace --all-targets --locked --no-run
	$(CARGO) test --workspace --lib --tests --locked

test-doc: ## Examples in the Rust docs and in the READMEs
	@$(call title,doc tests)
	$(CARGO) test --workspace --doc --locked

rustdoc: ## Rust docs without a warning
	@$(call title,rustdoc)
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --all-features --locked

bench-build: ## Benchmarks compiled, not timed
	$(CARGO) test --package tagloom-benches --benches --locked --no-run

examples: ## All Rust examples run
	@$(call title,examples)
	@# With --workspace, as the tests: with fewer packages cargo would choose other features and compile all again.
	$(CARGO) build --quiet --locked --workspace --examples
	@for example in $(EXAMPLES); do \
		echo "== $$example"; \
		target/debug/examples/$$example > target/$$example.out || { cat target/$$example.out; exit 1; }; \
		test -s target/$$example.out || { echo "$$example shows nothing"; exit 1; }; \
	done

package: ## The crate as it would be published compiles on its own
	@$(call title,package)
	@tests/package

audit: ## Licences, sources and advisories, where cargo-deny is installed
	@$(call title,audit)
	@if $(CARGO) deny --version > /dev/null 2>&1; then $(CARGO) deny check; \
	else echo "skipped: cargo-deny is not installed (cargo install cargo-deny)"; fi

# The packages for development. Python's own venv module makes .venv; nothing outside of it is touched.
$(DEV): python/requirements-dev.txt
	@$(call title,.venv)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement python/requirements-dev.txt
	touch $@

# Built as the Rust tests are, so that both share what is compiled.
python-build: $(DEV) ## The Python package in .venv
	@$(call title,Python package)
	VIRTUAL_ENV=$(VENV) $(BIN)/maturin develop --locked --quiet --manifest-path python/Cargo.toml

pytest: python-build ## Python tests, and the Python code of the READMEs
	@$(call title,pytest)
	$(BIN)/python -m pytest -c python/pyproject.toml --rootdir . tests/python

stubtest: python-build ## The stubs say what the package has
	@$(call title,stubtest)
	cd python && $(BIN)/python -m mypy.stubtest tagloom --ignore-disjoint-bases

mypy: python-build ## Types of the Python code
	@$(call title,mypy)
	$(BIN)/python -m mypy --config-file python/pyproject.toml $(PYTHON_CODE)

ruff: $(DEV) ## Python code is formatted and passes the lints
	@$(call title,ruff)
	$(BIN)/ruff format --check $(RUFF_CONFIG) $(PYTHON_CODE)
	$(BIN)/ruff check $(RUFF_CONFIG) $(PYTHON_CODE)

notebook: python-build ## Notebooks run from top to bottom
	@$(call title,notebooks)
	@for notebook in $(NOTEBOOKS); do \
		echo "== $$notebook"; $(BIN)/jupyter-execute --timeout=300 $$notebook; \
	done

readme: python-build ## The code of the READMEs only
	$(CARGO) test --package tagloom-tests --doc --locked
	$(BIN)/python -m pytest -c python/pyproject.toml --rootdir . tests/python/test_readme.py

public-api: ## The public interface is as core/public-api.txt says
	$(CARGO) test --package tagloom-tests --test it --locked public_api

update: update-public-api update-schema update-diagnostics ## Write the kept files anew, to be reviewed

update-public-api: ## Write core/public-api.txt anew
	TAGLOOM_UPDATE=1 $(CARGO) test --package tagloom-tests --test it --locked public_api

update-schema: ## Write core/catalog.schema.json anew
	TAGLOOM_UPDATE=1 $(CARGO) test --package tagloom-tests --test it --locked schema

update-diagnostics: ## Write tests/cases/diagnostics.txt anew
	TAGLOOM_UPDATE=1 $(CARGO) test --package tagloom-tests --test it --locked diagnostics

fuzz: ## Fuzz rules, catalogues and tables, a minute each (a nightly toolchain and cargo-fuzz)
	@for target in rule catalog table; do \
		mkdir -p target/fuzz/$$target; \
		$(CARGO) +nightly fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --sanitizer none $$target \
			target/fuzz/$$target tests/fuzz/corpus/$$target -- -max_total_time=60 -max_len=3000; \
	done

bench: ## Time the benchmarks
	$(CARGO) bench --package tagloom-benches --locked

format: $(DEV) ## Format all code
	$(CARGO) fmt --all
	$(BIN)/ruff check --fix $(RUFF_CONFIG) $(PYTHON_CODE)
	$(BIN)/ruff format $(RUFF_CONFIG) $(PYTHON_CODE)

clean: ## Away with everything that was made
	$(CARGO) clean
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache dist demo-output python/tagloom/*.so

define title
printf '\n\033[1m== %s\033[0m\n' "$(strip $(1))"
endef
