# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Lets `python -m rher_sim_bridge.ur_controller` start the emulator."""

from __future__ import annotations

import sys

from rher_sim_bridge.ur_controller.main import main

sys.exit(main())
