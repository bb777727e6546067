# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Names of the topics of camera and perception: those of realsense-ros, relative, so that a namespace moves them."""

from __future__ import annotations

from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

IMAGE = "camera/color/image_raw"
CAMERA_INFO = "camera/color/camera_info"
ALIGNED_DEPTH = "camera/aligned_depth_to_color/image_raw"
OPTICAL_FRAME = "camera_color_optical_frame"
"""x right, y down, z forward (REP-103)."""
LATENCY = "rher/perception_latency"
"""From the capture to its objects [s], for plots; only while somebody listens."""
DIAGNOSTICS = "/diagnostics"
CAMERA_STATUS = "camera: "
"""How the names of a camera's diagnostics begin; their hardware_id is its serial number."""

NEWEST_PICTURE = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.VOLATILE)
"""Of who sees: one that falls behind goes on with the newest picture. A longer queue would make all answers late by its
length; in lock-step one picture is under way at a time."""
NEWEST_PAIR = QoSProfile(depth=2, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.VOLATILE)
"""The same of colour and depth, of which one may come while the other of the picture before is under way."""
