# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What every fault does to a moving arm: time to rest, what is told, what the learner keeps, how it is recovered.

Each fault meets a fresh cell: the real client library in the driver, an emulated controller, and a RosWorld that moves
the arm at full speed. Rest and motion are judged by the controller's own log. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from numpy.typing import NDArray
from rclpy.client import Client
from rclpy.node import Node
from rher_agent.ros.domain import DomainClaim
from rher_agent.ros.quality import ARM_STATE, LOCKSTEP
from rher_agent.ros.ros_world import RosWorld, RosWorldParameters
from rher_agent.ros.session import ros_session
from rher_agent.tasks.registry import make_task
from rher_agent.worlds.world import Step, WorldError
from rher_interfaces.msg import ArmState
from rher_sim_bridge.emulated_cell import EmulatedCell
from rher_sim_bridge.ur_controller.modes import RobotMode
from rher_sim_bridge.ur_controller.motion_log import MotionLog
from rher_sim_bridge.ur_controller.options import ControllerOptions
from std_srvs.srv import Trigger

FULL_SPEED_STEPS = 3
"""Steps after which the arm moves at full speed, still far from the end of its box."""
REST_SPEED = 0.002
"""Speed of the TCP below which the arm rests [m/s]: servos settle, contacts ring."""
MOVED = 0.001
"""Distance of the TCP that counts as motion [m]."""
WATCH = 1.5
"""How long the arm is watched after a fault [s]."""
ANSWER_TIMEOUT = 20.0
"""For a service [s]."""
RETRY = 0.5
"""Between two tries of a recovery [s]."""
SERVICES = ("arm/enable", "arm/stop", "arm/recover")
NAMES = {value: name for name, value in vars(ArmState).items() if name.isupper() and isinstance(value, int)}


@dataclass(frozen=True)
class Fault:
    """One way to go wrong."""

    name: str
    inject: Callable[[EmulatedCell], None]
    mend: Callable[[EmulatedCell], None] = lambda cell: None
    """What a person does before recovering."""
    needs_mending: bool = False
    """Whether a recovery must fail before it is mended."""
    direction: float = 1.0


@dataclass(frozen=True)
class Outcome:
    """What was seen."""

    fault: str
    rest_ms: float
    """From the fault to rest, by the controller's log."""
    way_mm: float
    """Of the TCP from the fault to rest."""
    safety: str
    """ArmState.safety."""
    reason: str
    """ArmState.reason."""
    diagnostics: str
    flagged: bool
    """Whether the learner's step was marked as stopped."""
    still: bool
    """Whether nothing moved from rest until the recovery, although commands went on."""
    refused_before_mending: bool
    """Whether recovery failed while the cause was there; True when there is nothing to mend."""
    recovered: bool
    """Whether the arm moved again after the recovery."""


def release_emergency_stop(cell: EmulatedCell) -> None:
    """Do what the pendant asks for after an emergency stop."""
    cell.controller.faults.emergency_stop(pressed=False)
    cell.controller.faults.set_robot_mode(RobotMode.RUNNING)


def kill_arm_process(cell: EmulatedCell) -> None:
    """Kill it as kill -9 does."""
    pid = cell.arm_process
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def freeze_arm_process(cell: EmulatedCell) -> None:
    """Stop it as a debugger does."""
    pid = cell.arm_process
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)


def thaw_arm_process(cell: EmulatedCell) -> None:
    """Let it go on."""
    if (pid := cell.arm_process) is not None:
        os.kill(pid, signal.SIGCONT)


FAULTS = (
    Fault("person calls /arm/stop", lambda cell: None),
    Fault("protective stop", lambda cell: cell.controller.faults.protective_stop()),
    Fault(
        "emergency stop",
        lambda cell: cell.controller.faults.emergency_stop(),
        release_emergency_stop,
        needs_mending=True,
    ),
    Fault(
        "safeguard stop",
        lambda cell: cell.controller.faults.safeguard_stop(),
        lambda cell: cell.controller.faults.safeguard_stop(is_open=False),
        needs_mending=True,
    ),
    Fault(
        "power off",
        lambda cell: cell.controller.faults.set_robot_mode(RobotMode.POWER_OFF),
        lambda cell: cell.controller.faults.set_robot_mode(RobotMode.RUNNING),
        needs_mending=True,
    ),
    Fault("push of 150 N for 0.3 s", lambda cell: cell.controller.faults.push((0.0, 0.0, 150.0), 0.3)),
    Fault("stiff wall in the way", lambda cell: cell.controller.faults.touch((0.0, -1.0, 0.0), 2.0)),
    Fault("program stopped on the pendant", lambda cell: cell.controller.faults.stop_program()),
    Fault("connections dropped", lambda cell: cell.controller.faults.drop_connections()),
    Fault("controller silent for 1 s", lambda cell: cell.controller.faults.freeze(1.0)),
    Fault("objects not seen any more", lambda cell: cell.table.send_signal(signal.SIGSTOP),
          lambda cell: cell.table.send_signal(signal.SIGCONT)),
    Fault("arm process killed (-9)", kill_arm_process),
    Fault("arm process hangs", freeze_arm_process, thaw_arm_process),
)  # fmt: skip


class Operator:
    """A client of the driver: moves the arm through a RosWorld, reads what is told, calls services."""

    def __init__(self) -> None:
        self.node: Node = rclpy.create_node("operator")
        self.world = RosWorld(make_task("push"), parameters=RosWorldParameters(timeout=3.0))
        self.states: list[tuple[int, ArmState]] = []
        self.diagnostics: dict[str, str] = {}
        self._services: dict[str, Client] = {name: self.node.create_client(Trigger, name) for name in SERVICES}
        self.node.create_subscription(ArmState, ARM_STATE, self._take_state, LOCKSTEP)
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._take_diagnostics, LOCKSTEP)

    def close(self) -> None:
        """Release everything."""
        self.world.close()
        self.node.destroy_node()

    def call(self, name: str) -> Trigger.Response:
        """Call a service of the driver."""
        client = self._services[name]
        if not client.wait_for_service(ANSWER_TIMEOUT):
            raise TimeoutError(f"{name} is not there")
        answer = client.call_async(Trigger.Request())
        rclpy.spin_until_future_complete(self.node, answer, timeout_sec=ANSWER_TIMEOUT)
        response = answer.result()
        if response is None:
            raise TimeoutError(f"{name} does not answer")
        return response

    def watch(self, seconds: float) -> None:
        """Take what comes for a time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0.0:
            rclpy.spin_once(self.node, timeout_sec=left)

    def recover(self) -> bool:
        """Call /arm/recover until it works; the rules of recovery want a while at rest."""
        end = time.monotonic() + ANSWER_TIMEOUT
        while not self.call("arm/recover").success:
            if time.monotonic() > end:
                return False
            self.watch(RETRY)
        return True

    def _take_state(self, message: ArmState) -> None:
        self.states.append((time.monotonic_ns(), message))

    def _take_diagnostics(self, message: DiagnosticArray) -> None:
        for status in message.status:
            self.diagnostics[status.name] = status.message


def meet(fault: Fault, options: ControllerOptions) -> Outcome:
    """Let a fault happen to a moving arm; return what was seen."""
    with tempfile.TemporaryDirectory() as folder, EmulatedCell(Path(folder), options) as cell:
        operator = Operator()
        try:
            return _meet(fault, cell, operator)
        except (TimeoutError, WorldError) as error:
            raise RuntimeError(f"{fault.name}: {error}\n{cell.output('driver_node')}") from error
        finally:
            operator.close()


def _meet(fault: Fault, cell: EmulatedCell, operator: Operator) -> Outcome:
    enable(operator)
    operator.world.reset(seed=0)
    forward = np.array((0.0, fault.direction))
    for _ in range(FULL_SPEED_STEPS):
        step = operator.world.step(forward)
        if step.stopped:
            raise WorldError(f"stopped before the fault: {step.reason}")
    operator.watch(0.0)
    injected_ns = time.monotonic_ns()
    fault.inject(cell)
    if fault.name.startswith("person"):
        operator.call("arm/stop")
    step = step_until_stopped(operator.world, forward)
    told = step.reason
    operator.watch(WATCH)
    held = [message for _, message in operator.states if message.safety != ArmState.NORMAL or message.stopped]
    state = held[-1] if held else operator.states[-1][1]
    arm_diagnostics = next((text for name, text in operator.diagnostics.items() if "arm" in name), "")
    watched_ns = time.monotonic_ns()
    rest_ns, way = rest(cell.log(), injected_ns, watched_ns)

    refused = True
    if fault.needs_mending:
        refused = not operator.call("arm/recover").success
    mended_ns = time.monotonic_ns()
    still = way_between(cell.log(), rest_ns, mended_ns) < MOVED
    fault.mend(cell)
    recovered = operator.recover()
    if recovered:
        operator.world.reset(seed=1)
        begun_ns = time.monotonic_ns()
        step_again = operator.world.step(-forward)
        recovered = not step_again.stopped and way_between(cell.log(), begun_ns, time.monotonic_ns()) > MOVED
    return Outcome(
        fault=fault.name,
        rest_ms=round((rest_ns - injected_ns) / 1e6, 1),
        way_mm=round(1e3 * way, 1),
        safety=NAMES[state.safety],
        reason=state.reason or told,
        diagnostics=arm_diagnostics,
        flagged=step.stopped,
        still=still,
        refused_before_mending=refused,
        recovered=recovered,
    )


def enable(operator: Operator) -> None:
    """Enable the arm; while the driver is still connecting it is asked again."""
    end = time.monotonic() + ANSWER_TIMEOUT
    while not (answer := operator.call("arm/enable")).success:
        if time.monotonic() > end:
            raise TimeoutError(answer.message)
        operator.watch(RETRY)


def step_until_stopped(world: RosWorld, action: NDArray[np.float64]) -> Step:
    """Go on as a learner does, until the world says that the motion was stopped."""
    step = world.step(action)
    while not step.truncated:
        action = -action if abs(step.observation[1]) > world.task.parameters.square / 2.0 else action  # type: ignore[attr-defined]
        step = world.step(action)
    return step


def rest(log: MotionLog, since_ns: int, until_ns: int) -> tuple[int, float]:
    """Return when the arm had come to rest for good [ns], and its way until then [m]."""
    window = (log.clock_ns >= since_ns) & (log.clock_ns <= until_ns)
    clock, speed = log.clock_ns[window], log.tcp_speed[window]
    moving = np.flatnonzero(speed > REST_SPEED)
    last = int(moving[-1]) if moving.size else 0
    way = np.linalg.norm(np.diff(log.tcp_position[window][: last + 2], axis=0), axis=1).sum()
    return int(clock[last]), float(way)


def way_between(log: MotionLog, since_ns: int, until_ns: int) -> float:
    """Return how far the TCP got from where it was at a time [m]."""
    window = (log.clock_ns >= since_ns) & (log.clock_ns <= until_ns)
    positions = log.tcp_position[window]
    return float(np.linalg.norm(positions - positions[0], axis=1).max()) if len(positions) else 0.0


def main() -> None:
    """Meet every fault and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name contains this")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--dh-error", type=float, default=0.0, help="error of the emulated arm's lengths [m]")
    parser.add_argument("--results", type=Path, help="folder for faults.csv")
    options = parser.parse_args()
    claim = DomainClaim()
    os.environ["ROS_DOMAIN_ID"] = str(claim.domain_id)
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    controller = ControllerOptions(dh_error=options.dh_error, unlock_delay=5.0)
    chosen = [fault for fault in FAULTS if options.only in fault.name]
    outcomes = []
    print(f"{'fault':32} {'rest ms':>8} {'way mm':>7} {'ArmState.safety':16} flagged still recovers  reason")
    for fault in chosen:
        for _ in range(options.repeats):
            with ros_session():
                outcome = meet(fault, controller)
            outcomes.append(outcome)
            print(
                f"{outcome.fault:32} {outcome.rest_ms:8.1f} {outcome.way_mm:7.1f} {outcome.safety:16} "
                f"{_yes(outcome.flagged):7} {_yes(outcome.still):5} "
                f"{_yes(outcome.refused_before_mending and outcome.recovered):9} {outcome.reason}",
                flush=True,
            )
    if options.results:
        options.results.mkdir(parents=True, exist_ok=True)
        with (options.results / "faults.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, [item.name for item in fields(Outcome)])
            writer.writeheader()
            writer.writerows(asdict(outcome) for outcome in outcomes)
    print(json.dumps(summary(outcomes)))


def summary(outcomes: list[Outcome]) -> dict[str, Any]:
    """Return the figures of a run."""
    return {
        "faults": len(outcomes),
        "flagged": sum(outcome.flagged for outcome in outcomes),
        "still": sum(outcome.still for outcome in outcomes),
        "recovered": sum(outcome.refused_before_mending and outcome.recovered for outcome in outcomes),
        "rest_ms": {outcome.fault: outcome.rest_ms for outcome in outcomes},
        "way_mm": {outcome.fault: outcome.way_mm for outcome in outcomes},
        "load": round(os.getloadavg()[0], 2),
    }


def _yes(value: bool) -> str:
    return "yes" if value else "NO"


if __name__ == "__main__":
    main()
