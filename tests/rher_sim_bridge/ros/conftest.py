# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Some of the bridge's side of the graph handles ROS messages; without ROS these tests are left out."""

from __future__ import annotations

import importlib.util

collect_ignore = [] if importlib.util.find_spec("rher_interfaces") else ["test_emulated_episodes.py"]
