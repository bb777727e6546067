# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""RHER: relay hindsight experience replay with self-guided exploration."""
