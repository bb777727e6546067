# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The ``ros2`` command: launch, run and pkg, for machines without a native ROS 2."""
