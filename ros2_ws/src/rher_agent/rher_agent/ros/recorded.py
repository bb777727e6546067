# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What of a graph is recorded and can be replayed."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import WrenchStamped
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rher_interfaces.msg import ArmCommand, ArmState, Episode, ObjectStates, TrainingStatus
from sensor_msgs.msg import CameraInfo, Image, JointState
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage
from visualization_msgs.msg import MarkerArray

from rher_agent.ros.operator_call import OPERATOR_MARKER
from rher_agent.ros.quality import (
    ARM_COMMAND,
    ARM_STATE,
    BODIES,
    DETECTIONS_IMAGE,
    LOCKSTEP,
    MARKERS,
    OBJECTS,
    WORLD_EPISODE,
    WRENCH,
)

FRAMES = 10
"""Messages of fixed frames that hold at once; several nodes tell of some each."""


@dataclass(frozen=True)
class RecordedTopic:
    """A topic of a recording."""

    name: str
    kind: type
    held: int = 0
    """How many messages hold until more come."""

    @property
    def quality(self) -> QoSProfile:
        """Quality of service; where messages hold, one that hears those from before it was there."""
        if not self.held:
            return LOCKSTEP
        return QoSProfile(
            depth=self.held, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
        )


TOPICS = (
    RecordedTopic("robot_description", String, 1),
    RecordedTopic("/tf_static", TFMessage, FRAMES),
    RecordedTopic("rher/operator", String, 1),
    RecordedTopic(WORLD_EPISODE, Episode, 1),
    RecordedTopic("rher/status", TrainingStatus, 1),
    RecordedTopic(ARM_COMMAND, ArmCommand),
    RecordedTopic(ARM_STATE, ArmState),
    RecordedTopic(OBJECTS, ObjectStates),
    RecordedTopic("joint_states", JointState),
    RecordedTopic("/tf", TFMessage),
    RecordedTopic("/diagnostics", DiagnosticArray),
    RecordedTopic("camera/color/camera_info", CameraInfo),
    # Drawn for a recorder as for rviz2, at most 20 times a second: who acts and why could not be told from the rest.
    RecordedTopic(MARKERS, MarkerArray),
    RecordedTopic(BODIES, MarkerArray),
    RecordedTopic(WRENCH, WrenchStamped),
    RecordedTopic(OPERATOR_MARKER, MarkerArray),
)
PICTURES = (RecordedTopic("camera/color/image_raw", Image), RecordedTopic(DETECTIONS_IMAGE, Image))
"""What is recorded only where it is asked for."""
