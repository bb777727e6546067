# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Serves the scene of rviz2 to browsers, as a ROS node that only listens: nothing in the page reaches the graph.

Without a browser that looks it subscribes to nothing, and costs the graph nothing.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from geometry_msgs.msg import TransformStamped, WrenchStamped
from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.subscription import Subscription
from sensor_msgs.msg import Image
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage
from visualization_msgs.msg import MarkerArray

from rher_agent.ros.conversions import BASE_FRAME
from rher_agent.ros.drawing import force_shape, marker_name, marker_shape, picture
from rher_agent.ros.operator_call import OPERATOR_MARKER
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import BODIES, DETECTIONS_IMAGE, LATCHED, LOCKSTEP, MARKERS, WRENCH
from rher_agent.ros.recorded import FRAMES, RecordedTopic
from rher_agent.ros.session import run_node
from rher_agent.settings import check, ranged
from rher_agent.web.robot import read_robot
from rher_agent.web.scene import Scene
from rher_agent.web.server import PrivateServer

logger = logging.getLogger(__name__)

NEWEST = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.VOLATILE)
"""Of what is drawn: what came meanwhile does not matter any more."""
FIXED_FRAMES = RecordedTopic("/tf_static", TFMessage, FRAMES)
EVERYBODY = "0.0.0.0"
"""Stands for all addresses of this computer."""
ROBOT = "robot/"
"""How the names of the parts of the arm begin."""
WARNING_PERIOD = 5.0
"""Between two warnings of the same kind [s]."""
PICTURE_PERIOD = 0.2
"""Between two pictures that are passed on [s]: they are by far the most that goes to a browser."""


@dataclass(frozen=True)
class WebViewParameters:
    """Where the page is, and how often it is redrawn."""

    host: str = "127.0.0.1"
    """IPv4 address on which browsers are served; the default is this computer alone, 0.0.0.0 the whole network. Who can
    connect sees the scene and the picture of the camera, other pages of a browser on this computer included."""
    port: int = ranged(8080, 1024, 65000)
    """Where browsers are served; the next one where another view has it."""
    rate: float = ranged(20.0, 1.0, 60.0)
    """How often frames are moved [Hz]."""

    def __post_init__(self) -> None:
        check(self)
        if not self.host:
            raise ValueError("host is empty; allowed: an address of this computer, or 0.0.0.0 for all of them")


class WebViewNode(Node):
    """Draws what the graph tells as long as a browser looks.

    Args:
        overrides: Parameters beside those of the command line.

    Raises:
        ParameterError: A parameter has a value that is not allowed.
    """

    def __init__(self, overrides: Sequence[Parameter] = ()) -> None:
        super().__init__(
            "web_view", parameter_overrides=list(overrides), automatically_declare_parameters_from_overrides=True
        )
        settings = declare_parameters(self, WebViewParameters())
        refuse_unknown_parameters(self)
        try:
            # The server itself would look for a port there for ever.
            socket.create_server((settings.host, 0)).close()
        except OSError as error:
            raise ParameterError(
                f"host is '{settings.host}', which cannot be served: {error}; allowed: an address of this computer"
            ) from error
        self.server = PrivateServer(host=settings.host, port=settings.port, label="RHER", verbose=False)
        """Serves the page."""
        self.scene = Scene(self.server, BASE_FRAME)
        """What browsers see."""
        self._newest_frames: dict[str, TransformStamped] = {}
        self._pictured = 0.0
        self._ears: list[Subscription] = []
        self._sources: tuple[tuple[type, str, Callable[[Any], None], QoSProfile], ...] = (
            (String, "robot_description", self._hear_robot, LATCHED),
            (TFMessage, FIXED_FRAMES.name, self._hear_frames, FIXED_FRAMES.quality),
            (TFMessage, "/tf", self._hear_frames, LOCKSTEP),
            # Several nodes tell of bodies.
            *(
                (MarkerArray, topic, partial(self._hear_markers, topic), quality)
                for topic, quality in ((MARKERS, NEWEST), (BODIES, LOCKSTEP), (OPERATOR_MARKER, NEWEST))
            ),
            (WrenchStamped, WRENCH, self._hear_force, NEWEST),
            (Image, DETECTIONS_IMAGE, self._hear_picture, NEWEST),
        )
        # Not on the clock of ROS, which a simulation may run fast or not at all.
        self.create_timer(1.0 / settings.rate, self._redraw, clock=Clock(clock_type=ClockType.STEADY_TIME))
        host = socket.gethostname() if settings.host == EVERYBODY else settings.host
        logger.info("the scene is at http://%s:%d", host, self.port)

    @property
    def sources(self) -> dict[str, type]:
        """What is drawn: the types of messages by the topics on which they come."""
        return {self.resolve_topic_name(topic): kind for kind, topic, _, _ in self._sources}

    @property
    def port(self) -> int:
        """The port that is served: that asked for, or the next one that was free."""
        return self.server.get_port()

    def close(self) -> None:
        """End the server."""
        self.server.stop()

    def _redraw(self) -> None:
        looked_at = bool(self.server.get_clients())
        if looked_at and not self._ears:
            self._ears = [self.create_subscription(*source) for source in self._sources]
        elif not looked_at and self._ears:
            for ear in self._ears:
                self.destroy_subscription(ear)
            self._ears = []
            # Whoever looks next must not take what was for what is.
            self.scene.clear()
        self.scene.show_axes()
        frames, self._newest_frames = self._newest_frames, {}
        # At once, so that the arm stays in one piece.
        with self.server.atomic():
            for frame, message in frames.items():
                p, q = message.transform.translation, message.transform.rotation
                position, quaternion = np.array((p.x, p.y, p.z)), np.array((q.w, q.x, q.y, q.z))
                self.scene.place(message.header.frame_id, frame, position, quaternion)

    def _hear_robot(self, message: String) -> None:
        try:
            shapes = read_robot(message.data)
        except ValueError as error:
            self.get_logger().warning(str(error), throttle_duration_sec=WARNING_PERIOD)
            return
        for name in self.scene.shapes:
            if name.startswith(ROBOT):
                self.scene.remove(name)
        for index, shape in enumerate(shapes):
            self.scene.draw(f"{ROBOT}{index}", shape)

    def _hear_frames(self, message: TFMessage) -> None:
        self._newest_frames |= {frame.child_frame_id: frame for frame in message.transforms}

    def _hear_markers(self, topic: str, message: MarkerArray) -> None:
        # At once, so that nothing flickers.
        with self.server.atomic():
            for marker in message.markers:
                name, shape = marker_name(topic, marker), marker_shape(marker)
                if shape is None:
                    self.scene.remove(name)
                else:
                    self.scene.draw(name, shape)

    def _hear_force(self, message: WrenchStamped) -> None:
        self.scene.draw("force", force_shape(message))

    def _hear_picture(self, message: Image) -> None:
        if time.monotonic() - self._pictured < PICTURE_PERIOD:
            return
        self._pictured = time.monotonic()
        try:
            self.scene.show_picture(picture(message))
        except ValueError as error:
            self.get_logger().warning(f"no picture: {error}", throttle_duration_sec=WARNING_PERIOD)


def main(args: list[str] | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1."""
    # Its words on every browser that comes and goes are of no use to who started the graph.
    logging.getLogger("websockets").setLevel(logging.WARNING)
    run_node("web_view", WebViewNode, args, close=WebViewNode.close)


if __name__ == "__main__":
    main()
