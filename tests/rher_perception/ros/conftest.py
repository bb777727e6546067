# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes of perception in the process of a test; they need ROS, and the camera node librealsense with libusb."""

from __future__ import annotations

import ctypes.util
import importlib.util

import pytest

ROS = importlib.util.find_spec("rher_interfaces")
LIBRARY = importlib.util.find_spec("pyrealsense2") and ctypes.util.find_library("usb-1.0")
collect_ignore_glob = [] if ROS else ["test_*.py"]
if not LIBRARY:
    collect_ignore_glob += ["test_camera_node.py", "test_capture.py"]


@pytest.fixture
def executor(ros):
    from rclpy.executors import SingleThreadedExecutor

    executor = SingleThreadedExecutor()
    yield executor
    executor.shutdown()


@pytest.fixture
def make_cell(executor, studio):
    """Make a perception node with a camera; parameters by name, `camera` None for no camera_info."""
    from tests.rher_perception.ros.cell import Cell

    cells = []

    def make(camera=studio.camera, mounted=True, **parameters):
        cells.append(Cell(executor, camera, parameters, mounted))
        return cells[-1]

    yield make
    for cell in cells:
        cell.close()
