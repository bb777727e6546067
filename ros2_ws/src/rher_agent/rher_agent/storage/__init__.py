# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is remembered: trajectories, and hindsight goals drawn from them."""
