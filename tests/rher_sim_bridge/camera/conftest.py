# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tests of the software device need librealsense, which needs libusb."""

from __future__ import annotations

import ctypes.util
import importlib.util

LIBRARY = importlib.util.find_spec("pyrealsense2") and ctypes.util.find_library("usb-1.0")
collect_ignore_glob = [] if LIBRARY else ["test_simulated_d435.py"]
