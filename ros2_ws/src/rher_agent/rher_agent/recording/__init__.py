# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Episodes as files that `ros2 bag` and Foxglove open."""
