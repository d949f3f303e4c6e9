# make run    the whole pipeline on data/raw into data/out
# make test   every test, and the scores on tests/gold
# make check  what CI checks besides: lint, types, import contracts, schemas, rule examples
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.base
DEV := $(VENV)/.dev
PEERS := $(VENV)/.bench
CORPUS ?= data/raw
BENCH ?=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test check setup dev lint types contracts schemas rules eval verify lock train vega bench clean notebook interop
.DELETE_ON_ERROR:

run: $(BASE)
	$(BIN)/extract run data/raw --out data/out --overwrite

test: $(DEV)
	$(BIN)/python -m pytest -n 2
	$(MAKE) --no-print-directory eval verify

check: lint types contracts schemas rules

setup: $(BASE)

dev: $(DEV)

$(BIN)/python:
	$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Python {v[0]}.{v[1]} found; 3.11 or newer is needed (make PYTHON=python3.12 …)")'
	$(PYTHON) -m venv $(VENV)

$(BASE): $(BIN)/python pyproject.toml constraints.txt
	$(PIP) --editable .
	$(BIN)/python -m compileall -q src
	touch $@

$(DEV): $(BASE)
	$(PIP) --editable '.[dev]'
	touch $@

lint: $(DEV)
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests

types: $(DEV)
	$(BIN)/mypy

contracts: $(DEV)
	$(BIN)/lint-imports

schemas: $(DEV)
	$(BIN)/extract schema --check

rules: $(DEV)
	$(BIN)/extract rules check

eval: $(DEV)
	$(BIN)/extract eval tests/gold/sample.jsonl --min person=0.9 --min title=0.85 --min holder=0.8 --min document=0.9 --min coded=0.97 --min figure=0.9 --min value=0.88

# Runs the tour on data/out and keeps its outputs in it.
notebook: $(DEV) run
	$(BIN)/python docs/notebooks/run.py

# What a few tests of exports need besides, and are skipped without. Label Studio's SDK comes without what it asks for
# and nothing here needs (an OpenCV, and with it an older numpy); FollowTheMoney compiles PyICU (libicu-dev, pkg-config).
# moto is an S3 server for tests of URIs; what it asks for wants an older python-dateutil than the constraints have.
interop: $(DEV)
	$(PIP) --no-deps label-studio-sdk
	$(PIP) appdirs ijson jsf lxml nltk Pillow pyjwt ujson xmljson
	$(PIP) --editable '.[ftm]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'moto[s3]' flask flask-cors

# Nothing lost on the sample articles
verify: $(DEV)
	$(BIN)/extract run data/raw --out $(VENV)/verify --overwrite --quiet
	$(BIN)/extract verify $(VENV)/verify data/raw

# Rebuilds the person model from a folder of articles: make train CORPUS=folder
train: $(BASE)
	$(BIN)/python -m extract.tag.ner.train $(CORPUS)

# Speed and memory beside other tools: make bench CORPUS="articles.parquet more/" BENCH="--rounds 9"
bench: $(PEERS)
	$(BIN)/python benchmarks $(CORPUS) --json benchmarks/results.json --markdown benchmarks/results.md $(BENCH)

$(PEERS): $(BASE)
	$(PIP) --editable '.[bench]'
	touch $@

# Rebuilds the charting script that reports carry, from the versions in vl-convert.
vega:
	rm -rf .vega-venv && $(PYTHON) -m venv .vega-venv
	.vega-venv/bin/python -m pip install --quiet --disable-pip-version-check vl-convert-python==1.9.0.post1
	.vega-venv/bin/python src/extract/report/bundle.py
	rm -rf .vega-venv

# The versions that everyone installs: what pip resolves today, written down.
lock:
	rm -rf .lock-venv && $(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -m pip install --quiet --disable-pip-version-check '.[dev,bench]'
	.lock-venv/bin/python -m pip freeze --exclude extract-vn > constraints.txt
	rm -rf .lock-venv

clean:
	rm -rf $(VENV) data/out/*
