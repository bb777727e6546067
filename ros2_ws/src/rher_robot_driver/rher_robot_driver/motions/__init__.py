# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Motions that the driver makes by itself: checked before they start, executed as twists through the safety chain."""
