# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Rigid objects that carry tags: their pose in base_link from one picture."""
