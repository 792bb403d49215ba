# `make` or `make help` explains what there is. Everything happens inside this folder's .venv.
.DEFAULT_GOAL := help
.ONESHELL:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

# One thread a process (two on a busy small machine are slower), and cameras without a display.
export OMP_NUM_THREADS ?= 1
export MUJOCO_GL ?= egl
export PIP_DISABLE_PIP_VERSION_CHECK = 1
ifndef HOME
export PIP_NO_CACHE_DIR = 1 # pip would make a folder named ~ here
endif

export PYTHON ?=
export INSTRUCTION ?= put the red cube in the blue bowl
export HERE := $(CURDIR)
WORKERS ?= 2
VENV := .venv/bin/python
STAMP := .venv/.installed
ENGINES := .venv/.engines
TENSORRT := .venv/.tensorrt
BROWSER := .venv/.browser
METAWORLD := .venv/.metaworld
ROS := .venv/.ros
ROS_PACKAGES := .venv/.ros-packages
ROS_SOURCES := $(shell find ros_ws/src ros_ws/build.sh -type f -not -name '*.pyc' 2>/dev/null)
CARDS := $(wildcard models/*/config.json)

# A .venv does not survive being moved: if this folder was, it is made again.
ifneq "$(shell cat $(STAMP) 2>/dev/null)" "$(CURDIR)"
.PHONY: $(STAMP)
endif

define HELP
Pontine: say what to do, watch a brain and a cerebellum do it.

  make demo        install, then run one sentence in simulation; leaves out/run.mp4, out/run.json
                   another sentence: make demo INSTRUCTION="pick up the green cube"
  make install     the set-up alone: .venv, the package, the engines of the shipped models
                   another Python:   make install PYTHON=python3.12
  make ros         ROS 2 from the package registry and this repository's nodes, into .venv; then
                   .venv/bin/pontine ros sim --instruction "..."
  make metaworld   the Meta-World benchmark, into .venv
  make test        install, then the quick tests (minutes)
  make test-slow   the tests that simulate, train or export for longer
  make lint        ruff, its formatter, mypy
  make format      let ruff repair and format what it can
  make clean       remove .venv, built engines, caches and out/ (data/ and runs/ stay)

It needs Python 3.11 or newer and Mesa's EGL. Where one is missing, make says the apt line,
or runs it where it is root. After the install: .venv/bin/pontine --help
endef
export HELP

.PHONY: help install demo ros metaworld test test-slow lint format clean
help:
	@printf '%s\n' "$$HELP"

install: $(STAMP) $(ENGINES)

demo: install
	@.venv/bin/pontine run --instruction "$$INSTRUCTION"

ros: install $(ROS)

metaworld: install $(METAWORLD)

test: install $(TENSORRT) $(ROS) $(BROWSER) $(METAWORLD)
	@$(VENV) -m pytest -m 'not slow and not alone' -n $(WORKERS) --dist loadgroup
	$(VENV) -m pytest -m 'not slow and alone'

test-slow: install $(TENSORRT) $(ROS) $(BROWSER) $(METAWORLD)
	@$(VENV) -m pytest -m 'slow and not alone' -n $(WORKERS)
	$(VENV) -m pytest -m 'slow and alone'

lint: $(STAMP)
	@.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

format: $(STAMP)
	@.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

clean:
	rm -rf .venv engines out build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Run the apt line where that is possible, else say it and stop.
define APT
apt_or_say() {
    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "make install: $$1; running: apt-get install -y $$2"
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086  # several packages
        apt-get install -y --no-install-recommends $$2 >/dev/null 2>&1 || {
            apt-get update >/dev/null
            apt-get install -y --no-install-recommends $$2 >/dev/null
        }
    else
        printf 'make install: %s. As root run:\n    apt-get install -y %s\nthen make again.\n' "$$1" "$$2" >&2
        exit 1
    fi
}
new_enough() { "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
    for python in $${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$$python"; then return 0; fi
    done
    return 1
}
endef

$(STAMP): pyproject.toml constraints.txt
	@$(APT)
	if ! find_python && [ -n "$$PYTHON" ]; then
	    echo "make install: PYTHON=$$PYTHON is not a Python 3.11 or newer" >&2
	    exit 1
	elif ! find_python; then
	    apt_or_say "no Python 3.11 or newer found" "python3 python3-venv"
	    find_python || {
	        echo "make install: this system's python3 is older than 3.11. Install a newer one with" >&2
	        echo "its venv module (Ubuntu 22.04: apt-get install -y python3.11-venv), then make again." >&2
	        exit 1
	    }
	fi
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then
	    apt_or_say "$$python has no venv module" \
	        "$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
	fi
	if ! fault="$$("$$python" -P sim/rendering.py 2>&1)"; then
	    apt_or_say "$${fault%%. Remedy*}" "libegl1 libgl1-mesa-dri libopengl0"
	    "$$python" -P sim/rendering.py
	fi
	at_home() { grep -qsF -e "=$$HERE/.venv" -e "='$$HERE/.venv" -e "=\"$$HERE/.venv" .venv/bin/activate; }
	if ! at_home || ! new_enough $(VENV); then
	    "$$python" -m venv --clear .venv
	fi
	echo "make install: installing into .venv; the first time this takes minutes"
	$(VENV) -m pip install --quiet -c constraints.txt -e '.[dev]'
	echo "$$HERE" > $(STAMP)

# TensorRT-RTX builds engines without a GPU. Where there is no wheel for it, its tests say so.
$(TENSORRT): $(STAMP)
	@$(VENV) -m pip install --quiet -c constraints.txt -e '.[tensorrt]' ||
	    echo "make test: no TensorRT-RTX for this machine (see above): its tests will be skipped" >&2
	touch $(TENSORRT)

# Its wheel asks for an older MuJoCo and works with ours. The words of its tasks are in LeRobot's.
$(METAWORLD): $(STAMP)
	@$(VENV) -m pip install --quiet --no-deps -c constraints.txt metaworld
	shelf="$$(mktemp -d)"
	trap 'rm -rf "$$shelf"' EXIT
	$(VENV) -m pip download --quiet --no-deps -c constraints.txt -d "$$shelf" lerobot
	mkdir -p .venv/share/pontine
	$(VENV) -m zipfile -e "$$shelf"/lerobot-*.whl "$$shelf"
	cp "$$shelf"/lerobot/envs/metaworld_config.json .venv/share/pontine/
	$(VENV) -c "from sim.suites.metaworld.goals import main; main()"
	touch $(METAWORLD)

# Reports are tested in a real browser. Where there is none, those tests say so.
$(BROWSER): $(STAMP)
	@$(APT)
	if ! command -v chromium chromium-browser google-chrome >/dev/null; then
	    (apt_or_say "no Chromium found" "chromium") ||
	        echo "make test: no browser: the tests that open a report will be skipped" >&2
	fi
	touch $(BROWSER)

$(ROS_PACKAGES): $(STAMP)
	@$(APT)
	if ! command -v g++ >/dev/null; then apt_or_say "no C++ compiler found" "g++"; fi
	$(VENV) -m pip install --quiet -c constraints.txt -e '.[ros]'
	touch $(ROS_PACKAGES)

# Interfaces are compiled: a minute or two the first time, and after they change.
$(ROS): $(ROS_PACKAGES) $(ROS_SOURCES)
	@ros_ws/build.sh .venv
	touch $(ROS)

$(ENGINES): $(STAMP) $(CARDS)
	@if [ -n "$(CARDS)" ]; then .venv/bin/pontine models build; fi
	touch $(ENGINES)
