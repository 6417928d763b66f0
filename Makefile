# Each target does its own set-up. TORCH=cpu or TORCH=cuda asks for that build of torch, where its index can be reached.
PYTHON ?= python3
TORCH ?= auto
BIN := .venv/bin
torch_backend := $(if $(filter auto,$(TORCH)),,--torch-backend $(if $(filter cuda,$(TORCH)),auto,$(TORCH)))
uv := UV_FIND_LINKS="$(PIP_FIND_LINKS)" $(BIN)/uv pip

.PHONY: run test check format starter benchmark lock clean

run: .venv/.ok
	@$(BIN)/maldongmu

test: .venv/.ok
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 3 --dist worksteal

check: .venv/.ok
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.ok
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

starter: .venv/.ok
	$(BIN)/maldongmu data read starter --output build/starter.jsonl
	$(BIN)/maldongmu data split build/starter.jsonl --output build/starter --by question
	$(BIN)/maldongmu model train --preset starter --train build/starter/train.jsonl --valid build/starter/valid.jsonl \
	  --answers build/starter/train.jsonl --output build/starter-model --resume
	rm -rf seq2seq/starter_model && cp -r build/starter-model seq2seq/starter_model

# DATA: a folder with train.tsv and valid.tsv, question⇥answer.
benchmark: .venv/.ok
	$(if $(torch_backend),UV_TORCH_BACKEND=$(lastword $(torch_backend))) $(BIN)/python -m benchmarks.peers \
	  --data $(DATA) --output build/benchmark

lock: $(BIN)/uv
	$(uv) compile pyproject.toml --extra dev --no-annotate --no-header --no-emit-find-links --upgrade --quiet -o requirements.lock
	sed -i "s/+cpu$$//" requirements.lock

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "maldongmu needs Python 3.11 or newer: make PYTHON=python3.11")' >&2
	@echo "Setting up .venv ..." >&2
	@$(PYTHON) -m venv .venv >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv >&2

.venv/.ok: $(BIN)/uv requirements.lock pyproject.toml
	@$(uv) install --quiet --compile-bytecode $(torch_backend) -r requirements.lock >&2
	@$(uv) install --quiet --no-deps --editable . >&2
	@touch $@

clean:
	rm -rf .venv build
