# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Limits of the joints: links that slow the twist asked for, and the guard on what is sent."""
