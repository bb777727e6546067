# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What stands in for the world: MuJoCo worlds and the simulation node."""
