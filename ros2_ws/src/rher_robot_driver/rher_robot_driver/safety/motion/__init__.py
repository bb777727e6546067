# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Motion limits: what every servo tick obeys, whatever was commanded and whether or not anything was."""
