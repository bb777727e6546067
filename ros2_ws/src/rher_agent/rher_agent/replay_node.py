# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Plays recordings of episodes into a graph, as a ROS node: rviz2 and plots show them as they were.

Commands are left out and a graph in which an arm is told of is refused: nothing that is replayed can move one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.publisher import Publisher

from rher_agent.recording.playback import find_recordings, read_recording
from rher_agent.ros.parameters import (
    ParameterError,
    declare_parameters,
    refuse_unknown_parameters,
    require_parameter,
)
from rher_agent.ros.quality import ARM_COMMAND
from rher_agent.ros.recorded import PICTURES, TOPICS
from rher_agent.ros.session import run_node
from rher_agent.settings import check, ranged

logger = logging.getLogger(__name__)

LOOK_AROUND = 1.0
"""Wait before the first message, so that others are heard of and hear [s]; that nobody is there has no event."""


ALLOWED = "the path of a recording, of a folder of some, or of a run"


@dataclass(frozen=True)
class ReplayParameters:
    """What is played, and how fast."""

    recordings: str = ""
    """Path of a recording, of a folder of recordings, or of a run."""
    speed: float = ranged(1.0, 0.01, 1000.0)
    """Times as fast as it was."""

    def __post_init__(self) -> None:
        check(self)
        if not self.recordings:
            raise ValueError(f"recordings is empty; allowed: {ALLOWED}")


class ReplayNode(Node):
    """Publishes what was recorded, on the topics on which it came.

    Args:
        overrides: Parameters beside those of the command line.

    Raises:
        ParameterError: A parameter has a value that is not allowed.
    """

    def __init__(self, overrides: Sequence[Parameter] = ()) -> None:
        super().__init__(
            "replay", parameter_overrides=list(overrides), automatically_declare_parameters_from_overrides=True
        )
        require_parameter(self, "recordings", ALLOWED)
        self._settings = declare_parameters(self, ReplayParameters(recordings="recordings"))
        refuse_unknown_parameters(self)
        try:
            self._files = find_recordings(Path(self._settings.recordings))
        except ValueError as error:
            raise ParameterError(f"recordings: {error}") from error
        self._publishers_by_topic: dict[str, Publisher] = {
            self.resolve_topic_name(topic.name): self.create_publisher(topic.kind, topic.name, topic.quality)
            for topic in (*TOPICS, *PICTURES)
            if topic.name != ARM_COMMAND
        }

    def run(self, shut_down: threading.Event) -> None:
        """Play all recordings, one after the other; one that is damaged is told of, and the next one follows."""
        shut_down.wait(LOOK_AROUND)
        for path in self._files:
            logger.info("%s, %g times as fast", path.name, self._settings.speed)
            try:
                if not self._play(path, shut_down):
                    return
            except (ValueError, OSError) as error:
                logger.error("%s", error)

    def _play(self, path: Path, shut_down: threading.Event) -> bool:
        """Play one; return whether to go on.

        Raises:
            ValueError: It is no whole recording.
            OSError: It cannot be read.
        """
        begun = time.monotonic()
        for message in read_recording(path):
            if shut_down.wait(max(0.0, begun + message.after / self._settings.speed - time.monotonic())):
                return False
            publisher = self._publishers_by_topic.get(message.topic)
            if publisher is None:
                continue
            if self.count_publishers(message.topic) > 1:
                logger.error(
                    "%s is told of by somebody else; replay in a domain of its own: export ROS_DOMAIN_ID=…",
                    message.topic,
                )
                return False
            publisher.publish(message.data)
        return True


def main(args: list[str] | None = None) -> None:
    """Play to the end, or until Ctrl-C; a wrong parameter ends it at once with one line and exit code 1."""
    run_node("replay", ReplayNode, args, work=ReplayNode.run)


if __name__ == "__main__":
    main()
