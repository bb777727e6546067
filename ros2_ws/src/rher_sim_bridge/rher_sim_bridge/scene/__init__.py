# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is seen and touched: arm, gripper, table, objects and cameras as MuJoCo specifications, built by code."""
