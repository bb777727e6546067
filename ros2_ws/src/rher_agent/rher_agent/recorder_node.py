# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Records every episode of a graph in a file of its own, as a ROS node: what was commanded, done, seen and said."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.serialization import deserialize_message
from rher_interfaces.msg import Episode

from rher_agent.recording.recorder import Recorder
from rher_agent.ros.conversions import time_ns
from rher_agent.ros.parameters import declare_parameters, refuse_unknown_parameters, require_parameter
from rher_agent.ros.recorded import PICTURES, TOPICS, RecordedTopic
from rher_agent.ros.rosbag_quality import rosbag_quality
from rher_agent.ros.session import run_node

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RecorderParameters:
    """Where to, and how much."""

    folder: str = ""
    """Of the recordings."""
    pictures: bool = False
    """Whether the pictures of the camera are recorded too, as they came and with what was seen in them: 28 MB each
    second at 640x480 and 15 Hz."""

    def __post_init__(self) -> None:
        if not self.folder:
            raise ValueError("folder is empty; allowed: the path of a folder")


class RecorderNode(Node):
    """Hears everything and writes it down.

    Args:
        overrides: Parameters beside those of the command line.

    Raises:
        ParameterError: A parameter has a value that is not allowed.
    """

    def __init__(self, overrides: Sequence[Parameter] = ()) -> None:
        super().__init__(
            "recorder", parameter_overrides=list(overrides), automatically_declare_parameters_from_overrides=True
        )
        require_parameter(self, "folder", "the path of a folder")
        parameters = declare_parameters(self, RecorderParameters(folder="recordings"))
        refuse_unknown_parameters(self)
        self._recorder = Recorder(Path(parameters.folder))
        self.messages = 0
        """Heard so far."""
        self._begun: tuple[int, int] | None = None
        """Number of the episode at hand, and when it began [ns]."""
        self._system_time = Clock(clock_type=ClockType.SYSTEM_TIME)
        for topic in (*TOPICS, *(PICTURES if parameters.pictures else ())):
            self.create_subscription(topic.kind, topic.name, self._hear(topic), topic.quality, raw=True)

    def close(self) -> None:
        """Finish the file at hand, where that can be done: a full disk is told of and leaves it unfinished."""
        try:
            self._recorder.close()
        except OSError as error:
            logger.error("the last recording is not whole: %s", error)
        # Not by ROS, which may be shut down by now.
        logger.info("%d episodes recorded", self._recorder.files)

    def _hear(self, topic: RecordedTopic) -> Callable[[Any], None]:
        path, kind, quality = self.resolve_topic_name(topic.name), _name(topic.kind), rosbag_quality(topic.quality)
        begins = topic.kind is Episode
        # What begins an episode must not stand at the beginning of the next one too.
        held = 0 if begins else topic.held

        def take(message: Any) -> None:
            data, now_ns = bytes(message), int(self._system_time.now().nanoseconds)
            if begins:
                self._begin(data, now_ns)
            self.messages += 1
            self._recorder.take(path, kind, data, now_ns, held=held, quality=quality)

        return take

    def _begin(self, data: bytes, now_ns: int) -> None:
        """Begin a file with the message that begins an episode; a world may repeat it, for those who missed it."""
        episode = deserialize_message(data, Episode)
        begun = (episode.episode, time_ns(episode.arm.header.stamp))
        if begun != self._begun:
            stamp = datetime.fromtimestamp(now_ns * 1e-9).strftime("%Y%m%d_%H%M%S")
            self._recorder.begin(f"{stamp}_episode_{episode.episode:06d}", now_ns)
            self._begun = begun


def _name(kind: type) -> str:
    """Return the name of a message's type, such as std_msgs/msg/Header."""
    return f"{kind.__module__.split('.')[0]}/msg/{kind.__name__}"


def main(args: list[str] | None = None) -> None:
    """Run the node until Ctrl-C or SIGTERM; a wrong parameter or a full disk ends it with one line and exit code 1."""
    try:
        run_node("recorder_node", RecorderNode, args, close=RecorderNode.close)
    except OSError as error:
        sys.exit(f"recorder_node: nothing can be recorded: {error}")


if __name__ == "__main__":
    main()
