# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The admission chain: every command passes every link, or is refused by the first that objects."""

from __future__ import annotations

from rher_robot_driver.safety.admission.admission import Admission, AdmissionLink
from rher_robot_driver.safety.admission.finite import FiniteCommand
from rher_robot_driver.safety.admission.frame import FrameCheck
from rher_robot_driver.safety.admission.freshness import Freshness
from rher_robot_driver.safety.admission.order import CommandOrder
from rher_robot_driver.safety.admission.perception import PerceptionFreshness
from rher_robot_driver.safety.admission.step_cap import StepCap
from rher_robot_driver.safety.admission.writer import SingleWriter
from rher_robot_driver.safety.command import TwistCommand
from rher_robot_driver.safety.parameters import SafetyParameters


class AdmissionChain:
    """Admits commands. Build it with build_admission_chain.

    Args:
        finite: First, because the other links compute with the numbers.
        frame: The frame of the twist.
        freshness: The age of the command.
        writer: Who holds the arm.
        perception: The age of what was seen last.
        order: Last of the links that refuse, because it remembers what it admits.
        step_cap: Changes a command that asks for too much.
    """

    def __init__(
        self,
        finite: FiniteCommand,
        frame: FrameCheck,
        freshness: Freshness,
        writer: SingleWriter,
        perception: PerceptionFreshness,
        order: CommandOrder,
        step_cap: StepCap,
    ) -> None:
        self.freshness = freshness
        self.writer = writer
        self.perception = perception
        self.order = order
        self._links: tuple[AdmissionLink, ...] = (finite, frame, freshness, writer, perception, order, step_cap)

    @property
    def counts(self) -> dict[str, int]:
        """For each link, the commands that it refused or changed."""
        return {link.reason: link.count for link in self._links}

    def admit(self, command: TwistCommand, now_ns: int) -> Admission:
        """Judge a command.

        Args:
            command: As it came.
            now_ns: Time on the clock of the command's stamp [ns].

        Returns:
            The command to execute, or why there is none.
        """
        reasons: list[str] = []
        for link in self._links:
            admission = link.admit(command, now_ns)
            if admission.command is None:
                return admission
            if admission.changed:
                command = admission.command
                reasons.append(admission.reason)
        return Admission(command, changed=bool(reasons), reason=", ".join(reasons))


def build_admission_chain(parameters: SafetyParameters, writer: str) -> AdmissionChain:
    """Build the chain, once, from its parameters and the name of the writer who holds the arm first."""
    return AdmissionChain(
        finite=FiniteCommand(),
        frame=FrameCheck(parameters.frame_id),
        freshness=Freshness(parameters.stale_age),
        writer=SingleWriter(writer),
        perception=PerceptionFreshness(parameters.max_perception_age),
        order=CommandOrder(),
        step_cap=StepCap(parameters.step_cap, parameters.control_period),
    )
