# bongsu: `make demo` shows it, `make test` proves it, `make bench` measures it. Needs Python >= 3.11 and the package registries.
PORT ?= 8700
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --no-sync

.PHONY: demo test setup bench clean

demo: .venv/.ready
	$(RUN) bongsu demo --port $(PORT)

test: setup
	$(RUN) python tests/run.py

setup: .venv/.ready
	$(RUN) python tests/run.py --setup

bench: .venv/.ready
	$(RUN) bongsu bench sight
	$(RUN) bongsu drill police-video

# Changed sources are seen by uv itself (tool.uv.cache-keys); a second call takes a fraction of a second. Where the built
# console is gone but uv still remembers having built it, it is told to forget.
BUILT := $(wildcard src/bongsu/_console/.stamp)
.venv/.ready: $(UV) pyproject.toml uv.lock FORCE
	@$(UV) sync --frozen --quiet --group dev $(if $(BUILT),,--reinstall-package bongsu) && touch $@

.tools/bin/uv:
	python3 -m venv .tools && .tools/bin/pip install --quiet uv

clean:
	rm -rf .venv .tools console/node_modules console/dist src/bongsu/_console out

FORCE:
