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
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rher_agent.ros.domain import DomainClaim
from rher_agent.ros.ros_world import RosWorld
from rher_agent.ros.session import ros_session
from rher_agent.worlds.world import Step, WorldError
from rher_interfaces.msg import ArmState
from rher_sim_bridge.emulated_cell import EmulatedCell
from rher_sim_bridge.emulated_operator import Operator, rest, way_between
from rher_sim_bridge.ur_controller.modes import RobotMode
from rher_sim_bridge.ur_controller.options import ControllerOptions

TURN_BACK = 0.15
"""Distance of the TCP from the middle of its box, along y, at which it turns round [m]."""
FULL_SPEED_STEPS = 3
"""Steps after which the arm moves at full speed, still far from the end of its box."""
MOVED = 0.001
"""Distance of the TCP that counts as motion [m]."""
WATCH = 1.5
"""How long the arm is watched after a fault [s]."""
ATTEMPTS = 5
"""At a fault that a busy machine disturbs."""
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


@dataclass(frozen=True)
class Death:
    """What was seen of a process's end."""

    process: str
    rest_ms: float | None
    """From the end to rest, by the controller's log; None when that ended too."""
    way_mm: float | None
    told: str


class DisturbedError(RuntimeError):
    """The arm was stopped before the fault that was to be looked at."""


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
    Fault("stiff wall in the way", lambda cell: cell.controller.faults.touch((0.0, -1.0, 0.0), 60.0),
          lambda cell: cell.controller.faults.touch((0.0, -1.0, 0.0), 0.0)),
    Fault("program stopped on the pendant", lambda cell: cell.controller.faults.stop_program()),
    Fault("connections dropped", lambda cell: cell.controller.faults.drop_connections()),
    Fault("controller silent for 1 s", lambda cell: cell.controller.faults.freeze(1.0)),
    Fault("objects not seen any more", lambda cell: cell.table.send_signal(signal.SIGSTOP),
          lambda cell: cell.table.send_signal(signal.SIGCONT)),
    Fault("arm process killed (-9)", kill_arm_process),
    Fault("arm process hangs", freeze_arm_process, thaw_arm_process),
)  # fmt: skip


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
    forward = np.array((0.0, 1.0))
    get_moving(operator, forward)
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
        operator.begin(seed=1)
        begun_ns = time.monotonic_ns()
        step_again = operator.world.step(-forward)
        recovered = not step_again.stopped and way_between(cell.log(), begun_ns, time.monotonic_ns()) > MOVED
    return Outcome(
        fault=fault.name,
        rest_ms=_ms(rest_ns - injected_ns),
        way_mm=_mm(way),
        safety=NAMES[state.safety],
        reason=state.reason or told,
        diagnostics=arm_diagnostics,
        flagged=step.stopped,
        still=still,
        refused_before_mending=refused,
        recovered=recovered,
    )


def kill_driver(cell: EmulatedCell, operator: Operator) -> Death:
    """Kill the driver node; the arm process must bring the arm to rest and end too."""
    orphan = cell.arm_process
    killed_ns = time.monotonic_ns()
    cell.driver.kill()
    cell.driver.wait()
    operator.watch(WATCH)
    rest_ns, way = rest(cell.log(), killed_ns, time.monotonic_ns())
    left = orphan is not None and _runs(orphan)
    program = cell.controller.faults.state()["runtime_state"]
    return Death(
        "driver node",
        _ms(rest_ns - killed_ns),
        _mm(way),
        f"program {program.lower()}, orphans: {'1' if left else 'none'}",
    )


def silence_policy(cell: EmulatedCell, operator: Operator) -> Death:
    """Send nothing any more, which is all that the arm sees of a killed policy; its last command goes stale."""
    sent_ns = time.monotonic_ns()
    operator.watch(WATCH)
    rest_ns, way = rest(cell.log(), sent_ns, time.monotonic_ns())
    state = operator.states[-1][1]
    told = f"ArmState.safety {NAMES[state.safety]}, waits for the next episode"
    return Death("policy (commands cease)", _ms(rest_ns - sent_ns), _mm(way), told)


def kill_controller(cell: EmulatedCell, operator: Operator) -> Death:
    """Kill the controller; the driver must tell. Its log ends there: nothing can be said about rest."""
    killed_ns = time.monotonic_ns()
    cell.controller.kill()
    operator.watch(WATCH)
    told = next(ns for ns, state in operator.states if ns > killed_ns and state.safety == ArmState.LOST)
    reason = operator.states[-1][1].reason
    return Death("controller", None, None, f"LOST told after {_ms(told - killed_ns):.0f} ms: {reason}")


DEATHS = (silence_policy, kill_driver, kill_controller)


def die(kill: Callable[[EmulatedCell, Operator], Death], options: ControllerOptions) -> Death:
    """Kill a process while the arm moves at full speed; return what was seen."""
    with tempfile.TemporaryDirectory() as folder, EmulatedCell(Path(folder), options) as cell:
        operator = Operator()
        try:
            get_moving(operator, np.array((0.0, 1.0)))
            return kill(cell, operator)
        finally:
            operator.close()


def get_moving(operator: Operator, action: NDArray[np.float64]) -> None:
    """Enable the arm, begin an episode and bring it to full speed.

    Raises:
        DisturbedError: Something stopped it before anybody meant to.
    """
    operator.enable()
    operator.begin(seed=0)
    for _ in range(FULL_SPEED_STEPS):
        step = operator.world.step(action)
        if step.stopped:
            raise DisturbedError(step.reason)
    operator.watch(0.0)


def undisturbed(attempt: Callable[[], Any], attempts: int = ATTEMPTS) -> Any:
    """Return the result of an attempt that nothing but its fault disturbed; a busy machine may stop the arm first."""
    try:
        with ros_session():
            return attempt()
    except DisturbedError as error:
        if attempts == 1:
            raise
        print(f"(again: {error}, before the fault)", flush=True)
    return undisturbed(attempt, attempts - 1)


def step_until_stopped(world: RosWorld, action: NDArray[np.float64]) -> Step:
    """Go on as a learner does, until the world says that the motion was stopped."""
    step = world.step(action)
    while not step.truncated:
        action = -action if abs(step.observation[1]) > TURN_BACK else action
        step = world.step(action)
    return step


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
            outcome = undisturbed(partial(meet, fault, controller))
            outcomes.append(outcome)
            print(
                f"{outcome.fault:32} {outcome.rest_ms:8.1f} {outcome.way_mm:7.1f} {outcome.safety:16} "
                f"{_yes(outcome.flagged):7} {_yes(outcome.still):5} "
                f"{_yes(outcome.refused_before_mending and outcome.recovered):9} {outcome.reason}",
                flush=True,
            )
    deaths = [undisturbed(partial(die, kill, controller)) for kill in DEATHS if options.only in kill.__name__]
    for death in deaths:
        figures = "" if death.rest_ms is None else f"{death.rest_ms:8.1f} {death.way_mm:7.1f}"
        print(f"{'end of ' + death.process:32} {figures:16} {death.told}", flush=True)
    if options.results:
        options.results.mkdir(parents=True, exist_ok=True)
        with (options.results / "faults.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, [item.name for item in fields(Outcome)])
            writer.writeheader()
            writer.writerows(asdict(outcome) for outcome in outcomes)
        with (options.results / "deaths.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, [item.name for item in fields(Death)])
            writer.writeheader()
            writer.writerows(asdict(death) for death in deaths)
    print(json.dumps({**summary(outcomes), "deaths": [asdict(death) for death in deaths]}))


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


def _runs(pid: int) -> bool:
    """Return whether a process runs; one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _ms(ns: int) -> float:
    return round(ns / 1e6, 1)


def _mm(metres: float) -> float:
    return round(1e3 * metres, 1)


def _yes(value: bool) -> str:
    return "yes" if value else "NO"


if __name__ == "__main__":
    main()
