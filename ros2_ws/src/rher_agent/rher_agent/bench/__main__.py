# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Lets `python -m rher_agent.bench` run a matrix."""

from rher_agent.bench.main import main

main()
