# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the camera is: hand-eye calibration, its record, and a check of the intrinsics."""
