# Two commands. Both set the machine up first, and again whenever the pinned versions change.
#   make        serve the sample web, crawl its 103 sites, read, score, write both appendix tables under output/
#   make test   style, types, house rules, tests
# Also: make accuracy (labelled sites, measured), make bench (speed, measured), make lock (pin the versions anew),
#       make browser (Chromium, by which pages are read that their scripts build; everything else works without),
#       make real CONTACT=you@example.org (the same job on the real sites)
PYTHON ?= python3
BIN := .venv/bin
SUDO := $(if $(filter 0,$(shell id -u)),,sudo --preserve-env=DEBIAN_FRONTEND)

run: .venv/ready
	$(BIN)/python -m sampleweb.round

test: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/saytmetr check
	$(BIN)/pytest

accuracy: .venv/ready
	$(BIN)/python -m tests.accuracy.measure

bench: .venv/ready
	$(BIN)/python -m tests.bench.measure

# Debian's own, headless, and a font that has every letter of ours.
browser:
	$(SUDO) apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-dejavu-core

real: .venv/ready
	$(BIN)/saytmetr crawl --contact "$(CONTACT)"
	$(BIN)/saytmetr report

lock: .venv/ready
	$(BIN)/pip freeze --exclude-editable --exclude pip --exclude setuptools > requirements.lock

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

clean:
	rm -rf output .venv .mypy_cache .pytest_cache .ruff_cache

.PHONY: run test accuracy bench browser real lock clean
