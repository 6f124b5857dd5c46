# bongsu: `make demo` shows it, `make test` proves it, `make bench` measures it. Needs Python >= 3.11 and the package registries.
PORT ?= 8700
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --no-sync

# A platform is a dozen processes: each would compile every module anew where this is set, as images of containers do.
unexport PYTHONDONTWRITEBYTECODE

GROUPS := --group dev
test setup bench: GROUPS := --group dev --group sim

.PHONY: demo test setup bench clean

demo: .venv/.ready
	$(RUN) bongsu demo --port $(PORT)

test: setup
	$(RUN) python tests/run.py

setup: .venv/.ready
	$(RUN) python tests/run.py --setup

# Each ends with 1 when a row is missed; all are run, and what was missed is said at the end. Half an hour.
BENCHES := sight correlate world roads escape missing importing ngsi care ingest video
bench: .venv/.ready
	@missed=; for one in $(addsuffix .bench,$(BENCHES)) police-video.drill; do \
	  echo "== bongsu $${one#*.} $${one%.*}"; $(RUN) bongsu $${one#*.} $${one%.*} || missed="$$missed $${one%.*}"; \
	done; test -z "$$missed" || { echo "missed:$$missed"; exit 1; }

# Changed sources are seen by uv itself (tool.uv.cache-keys); a second call takes a fraction of a second. Where the built
# console is gone but uv still remembers having built it, it is told to forget.
BUILT := $(wildcard src/bongsu/_console/.stamp)
.venv/.ready: $(UV) pyproject.toml uv.lock FORCE
	@$(UV) sync --frozen --quiet --inexact $(GROUPS) $(if $(BUILT),,--reinstall-package bongsu) && touch $@

.tools/bin/uv:
	python3 -m venv .tools && .tools/bin/pip install --quiet uv

clean:
	rm -rf .venv .tools console/node_modules console/dist src/bongsu/_console out

FORCE:
