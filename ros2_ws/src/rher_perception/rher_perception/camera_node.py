# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A RealSense camera as a ROS node, under the topic names of realsense-ros.

Who runs realsense-ros already starts without this node and loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from rclpy.node import Node
from rclpy.parameter import Parameter
from rher_agent.ros.parameters import declare_parameters, refuse_unknown_parameters
from rher_agent.ros.session import run_node

from rher_perception.camera.realsense import OpenDevice
from rher_perception.camera.settings import CameraSettings
from rher_perception.ros.camera_publisher import CameraPublisher, PublisherParameters


class CameraNode(Node):
    """Publishes what one camera sees.

    Args:
        open_device: Gives a software device in place of a connected camera.
        overrides: Parameters beside those of the command line.

    Raises:
        ParameterError: A parameter has a value that is not allowed.
    """

    def __init__(self, open_device: OpenDevice | None = None, overrides: Sequence[Parameter] = ()) -> None:
        super().__init__(
            "camera", parameter_overrides=list(overrides), automatically_declare_parameters_from_overrides=True
        )
        settings = declare_parameters(self, CameraSettings())
        parameters = declare_parameters(self, PublisherParameters())
        refuse_unknown_parameters(self)
        self._publisher = CameraPublisher(self, settings, parameters, open_device)

    def start(self) -> None:
        """Begin to look for the camera."""
        self._publisher.start()

    def close(self) -> None:
        """Stop the camera."""
        self._publisher.close()


def main(args: list[str] | None = None) -> None:
    """Run the node until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1."""
    run_node("camera_node", CameraNode, args, start=CameraNode.start, close=CameraNode.close)


if __name__ == "__main__":
    main()
