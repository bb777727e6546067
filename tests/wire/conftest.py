# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Emulated controllers in processes of their own, each on an address of its own, and the vendor's client against them.

The client's constructors hold the interpreter's lock, so that nothing here may wait for it in another thread.
"""

from __future__ import annotations

import importlib.util
from contextlib import ExitStack

import pytest
from rher_sim_bridge.ur_controller.options import ControllerOptions
from rher_sim_bridge.ur_controller.process import ControllerProcess

collect_ignore_glob = [] if importlib.util.find_spec("rtde_control") else ["test_*.py"]
if not importlib.util.find_spec("rher_interfaces"):
    collect_ignore_glob += ["test_arm_command.py", "test_cell.py", "test_driver_*.py"]


@pytest.fixture
def start_controller():
    """Return a function that starts an emulated controller with options; all of them end with the test."""
    with ExitStack() as running:
        yield lambda **options: running.enter_context(ControllerProcess(ControllerOptions(**options)))


@pytest.fixture
def controller(start_controller):
    """A UR5e at 500 Hz whose protective stops can be unlocked soon."""
    return start_controller(unlock_delay=0.5)
