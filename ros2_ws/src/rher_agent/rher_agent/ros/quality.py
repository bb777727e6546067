# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Names and quality of service of the topics of the contract: both ends of a topic must agree on them.

The names are relative, so that a namespace moves the whole contract.
"""

from __future__ import annotations

from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

ARM_COMMAND = "arm/command"
ARM_STATE = "arm/state"
OBJECTS = "objects"
WORLD_RESET = "world/reset"
WORLD_EPISODE = "world/episode"
MARKERS = "rher/markers"
BODIES = "rher/bodies"
WRENCH = "arm/wrench"
PAUSED = "rher/paused"
DETECTIONS_IMAGE = "rher/detections_image"
"""What perception sees, drawn; only while somebody looks."""

LOCKSTEP = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.VOLATILE)
"""Commands and states: none may be lost; none may come twice to a late joiner; a short queue, because a world and a
policy that alternate never have more than a few repeats under way."""
LATCHED = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)
"""What holds until replaced: a late joiner gets the last one."""
