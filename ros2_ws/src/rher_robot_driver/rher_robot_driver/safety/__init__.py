# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The safety chain: what a command must pass before it moves the arm. It is not a certified safety function."""
