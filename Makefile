# make run    the whole pipeline on data/raw into data/out
# make test   every test, and the scores on tests/gold
# make check  what CI checks besides: lint, types, import contracts, schemas, rule examples, documentation
# make docs   the documentation as a site, in build/site
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.base
DEV := $(VENV)/.dev
PEERS := $(VENV)/.bench
CORPUS ?= data/raw
BENCH ?=
ROUNDS ?= 5
SECONDS ?= 120
TARGETS ?=
ARTICLES ?= 20000
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test check setup dev lint types contracts schemas rules docs eval verify lock locked audit train vega bench clean \
  notebook interop wheel faults doubling fuzz soak cluster
.DELETE_ON_ERROR:

run: $(BASE)
	$(BIN)/extract run data/raw --out data/out --overwrite

test: $(DEV)
	$(BIN)/python -m pytest -n 2
	$(MAKE) --no-print-directory eval verify

check: lint types contracts schemas rules docs

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

# Fails on a link that leads nowhere (not with --quiet: then mkdocs counts no warnings).
docs: $(DEV)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

eval: $(DEV)
	$(BIN)/extract eval tests/gold/sample.jsonl --min person=0.9 --min title=0.85 --min holder=0.8 --min document=0.9 --min coded=0.97 --min figure=0.9 --min value=0.88

# Runs the tour on data/out and keeps its outputs in it.
notebook: $(DEV) run
	$(BIN)/python docs/notebooks/run.py

# What a few tests of exports need besides, and are skipped without. Label Studio's SDK comes without what it asks for
# and nothing here needs (an OpenCV, and with it an older numpy); FollowTheMoney compiles PyICU (libicu-dev, pkg-config).
interop: $(DEV)
	$(PIP) --no-deps label-studio-sdk
	$(PIP) appdirs ijson jsf lxml nltk Pillow pyjwt ujson xmljson
	$(PIP) --editable '.[ftm]'

# Nothing lost on the sample articles
verify: $(DEV)
	$(BIN)/extract run data/raw --out $(VENV)/verify --overwrite --quiet
	$(BIN)/extract verify $(VENV)/verify data/raw

# The package as people get it: built, installed with all it needs into a clean environment, and used from another folder
wheel: $(DEV)
	rm -rf build/wheel
	$(BIN)/python -m hatchling build -t wheel -d build/wheel
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt build/wheel/*.whl
	cd build/wheel && venv/bin/extract doctor && venv/bin/extract run ../../data/raw --out out \
	  && venv/bin/extract show out#06_bo_nhiem.txt --html article.html && venv/bin/extract report out --out report.html \
	  && venv/bin/extract export out --format csv --out mentions.csv && venv/bin/extract verify out ../../data/raw

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

# Every fault many times, at random moments; as root it mounts small disks, and with libfaketime it turns the clock.
faults: $(DEV)
	$(BIN)/python tests/faults.py --rounds $(ROUNDS)

# Time a character of texts of 1 to 8 MB of each nasty kind (half an hour)
doubling: $(DEV)
	$(BIN)/python tests/doubling.py

# Fuzzes every reader, the segmenter, every tagger and the rule compiler for SECONDS each, and keeps what it learns.
fuzz: $(DEV)
	$(PIP) --editable '.[fuzz]'
	$(BIN)/python tests/fuzz $(SECONDS) $(TARGETS)

# Memory and speed over a long run: make soak ARTICLES=1000000 CORPUS="articles.parquet"
soak: $(DEV)
	$(BIN)/python tests/soak.py $(CORPUS) --articles $(ARTICLES)

# Local engine and Ray, with two nodes, one of them killed, and one: make cluster CORPUS="articles.parquet"
cluster: $(DEV)
	$(BIN)/python tests/cluster.py $(CORPUS)

# The versions that everyone installs: what pip resolves today, written down; and with hashes in requirements.lock.
lock:
	rm -rf .lock-venv && $(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -m pip install --quiet --disable-pip-version-check '.[dev,bench,fuzz]'
	.lock-venv/bin/python -m pip freeze --exclude extract-vn > constraints.txt
	$(MAKE) --no-print-directory requirements.lock
	rm -rf .lock-venv

requirements.lock: pyproject.toml constraints.txt
	test -d .lock-venv || $(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	printf 'hatchling\neditables\n' | .lock-venv/bin/uv pip compile pyproject.toml - --extra dev --extra bench --generate-hashes --universal --python-version 3.11.5 \
	  --no-annotate --constraint constraints.txt --custom-compile-command 'make lock' --quiet --output-file $@
	rm -rf .lock-venv

# The same as make dev, from nothing but what has the hashes of requirements.lock
locked: $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(BASE) $(DEV)

# Known weaknesses of what is installed; asks a database on the network, and fails where that does not know a package
audit:
	rm -rf .audit-venv && $(PYTHON) -m venv .audit-venv
	.audit-venv/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	.audit-venv/bin/pip-audit --strict --requirement requirements.lock --require-hashes --disable-pip
	rm -rf .audit-venv

clean:
	rm -rf $(VENV) data/out/*
