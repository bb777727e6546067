# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Imports something outside the subset."""

from launch import frontend  # noqa: F401
