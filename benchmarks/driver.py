# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How the arm is best servoed, and what the whole arm process makes of it, against the emulated controller.

First the vendor's client alone, at both rates and in its three servo modes, on one smooth path. Then the arm process
with all its limits under random commands at the control rate. What the arm did is taken from the emulator's log, whose
velocities are those of the physics. The emulator's own servo is a model: its gains are no robot's. The last line is one
JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import select
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.ur.frames import turned
from rher_robot_driver.ur.protocol import ZERO_SIX, Answer, Beat, Disable, Enable, Move, Report, Six, State
from rher_robot_driver.ur.settings import UrSettings
from rher_robot_driver.ur.supervisor import ArmSupervisor
from rher_sim_bridge.ur_controller.motion_log import MotionLog
from rher_sim_bridge.ur_controller.options import ControllerOptions
from rher_sim_bridge.ur_controller.process import ControllerProcess
from transforms3d.axangles import mat2axangle

Vector = NDArray[np.float64]

READY = (-2.6, -1.75, -1.95, -1.01, 1.57, -1.03)
"""Joints with the tool down above the table [rad]."""
SAFETY = SafetyParameters((0.30, -0.25, 0.02), (0.65, 0.25, 0.30), table_height=0.0)
MODES = ("servoJ", "servoL", "speedL")
RATES = (125, 500)
AMPLITUDE = 0.05
"""Of the raw client's path along y [m]."""
FREQUENCY = 0.5
"""Of that path [Hz]; its greatest speed is 0.157 m/s."""
WARM_UP = 0.5
"""For which the start of that path is held [s]."""
SILENCE = 0.5
"""For which the client says nothing at the end of the path [s]."""
PATIENCE = 20.0
"""[s]"""
IN_MOTION = 1e-3
"""Speed from which the arm counts as moving [m/s]; from rest it is below 1e-5."""
SMOOTHING = 5
"""Log rows of 2 ms over which velocity is averaged before its difference is called an acceleration."""
LONGEST_DELAY = 0.15
"""Greatest delay tried between command and motion [s]."""


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used [s]."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def accelerations(log: MotionLog) -> Vector:
    """Return the norm of the TCP's acceleration, averaged over a few rows [m/s^2]."""
    kernel = np.ones(SMOOTHING) / SMOOTHING
    smooth = np.stack([np.convolve(axis, kernel, "valid") for axis in log.tcp_linear_velocity.T], axis=1)
    return np.asarray(np.linalg.norm(np.diff(smooth, axis=0), axis=1) / 0.002)


def deviation(log: MotionLog, stamps_ns: NDArray[np.int64], commanded: Vector) -> tuple[float, float, float]:
    """Return how far the arm is from what it was told.

    Args:
        log: What the arm did.
        stamps_ns: When each position was commanded, CLOCK_MONOTONIC [ns], shape (n,).
        commanded: Positions [m], shape (n, 3).

    Returns:
        Greatest distance at the same instant [m]; the delay that fits best [s]; greatest distance after it [m].
    """
    delays = np.arange(0.0, LONGEST_DELAY, 0.001)
    errors = np.empty((delays.size, stamps_ns.size))
    for row, delay in enumerate(delays):
        at = stamps_ns + round(delay * 1e9)
        done = np.stack([np.interp(at, log.clock_ns, axis) for axis in log.tcp_position.T], axis=1)
        errors[row] = np.linalg.norm(done - commanded, axis=1)
    best = int(np.argmin(np.sqrt((errors**2).mean(axis=1))))
    return float(errors[0].max()), float(delays[best]), float(errors[best].max())


def path(start: Vector, seconds: float) -> tuple[Vector, Vector]:
    """Return position [m] and velocity [m/s] on the raw client's path; it begins at rest."""
    phase = 2.0 * math.pi * FREQUENCY * seconds
    position, velocity = start.copy(), np.zeros(3)
    position[1] += AMPLITUDE * (1.0 - math.cos(phase))
    velocity[1] = AMPLITUDE * 2.0 * math.pi * FREQUENCY * math.sin(phase)
    return position, velocity


def raw_client(address: str, mode: str, settings: UrSettings, seconds: float, results: Any) -> None:
    """Follow the path with the vendor's client alone, in a process of its own."""
    from rtde_control import RTDEControlInterface

    kinematics = ArmKinematics(UR_ARMS[settings.robot_model], settings.tcp_offset)
    start, rotation = kinematics.forward(READY)
    axis, angle = mat2axangle(np.diag((-1.0, -1.0, 1.0)) @ rotation)
    vector = (axis * angle).tolist()
    control = RTDEControlInterface(address, float(settings.servo_rate))
    control.setWatchdog(settings.watchdog_rate)
    period, smooth = settings.servo_period, (settings.lookahead, settings.gain)
    q = np.array(READY)

    def command(position: Vector, velocity: Vector) -> None:
        nonlocal q
        if mode == "servoJ":
            q = kinematics.inverse(position, rotation, q)
            control.servoJ(q.tolist(), 0.0, 0.0, period, *smooth)
        elif mode == "servoL":
            x, y, z = position.tolist()
            control.servoL([-x, -y, z, *vector], 0.0, 0.0, period, *smooth)
        else:
            control.speedL(list(turned((*velocity.tolist(), 0.0, 0.0, 0.0))), 5.0, period)

    woken, stamps, commanded = [], [], []
    ticks, warm_up = round(seconds / period), round(WARM_UP / period)
    begun_cpu, begun = time.process_time(), time.monotonic()
    for tick in range(-warm_up, ticks):
        deadline = begun + (tick + warm_up) * period
        time.sleep(max(0.0, deadline - time.monotonic()))
        position, velocity = path(start, max(0, tick) * period)
        woken.append(time.monotonic())
        stamps.append(time.monotonic_ns())
        commanded.append(position)
        command(position, velocity)
    cpu = (time.process_time() - begun_cpu) / (time.monotonic() - begun)
    results.put((np.diff(woken[warm_up:]), cpu, np.array(stamps[warm_up:]), np.array(commanded[warm_up:])))
    # In full motion, and no word more: what the controller makes of that is in its log.
    time.sleep(SILENCE)
    os._exit(0)


def measure_raw(rate: int, mode: str, seconds: float, lookahead: float, gain: float) -> dict[str, float | str]:
    """Return what the vendor's client alone reaches in one mode."""
    with ControllerProcess(ControllerOptions(rate=rate)) as controller:
        controller.faults.teleport(READY)
        settings = UrSettings(robot_ip=controller.address, servo_rate=rate, lookahead=lookahead, gain=gain)
        context = multiprocessing.get_context("spawn")
        results: Any = context.Queue()
        client = context.Process(target=raw_client, args=(controller.address, mode, settings, seconds, results))
        client.start()
        periods, cpu, stamps, commanded = results.get(timeout=PATIENCE + seconds)
        client.join(PATIENCE)
        log = MotionLog.read(controller.log_path)
    at_once, delay, after_delay = deviation(log, stamps, commanded)
    moving = log.clock_ns[(log.clock_ns >= stamps[0]) & (log.tcp_speed > IN_MOTION)][0]
    still_on = float((log.tcp_position[-1] - commanded[-1])[1])
    # The path itself needs some time to get that fast.
    needed = math.asin(IN_MOTION / (AMPLITUDE * 2.0 * math.pi * FREQUENCY)) / (2.0 * math.pi * FREQUENCY)
    return {
        "mode": mode,
        "rate": rate,
        "lookahead": lookahead,
        "gain": gain,
        "period_mean_ms": 1e3 * float(periods.mean()),
        "period_sd_ms": 1e3 * float(periods.std()),
        "period_p99_ms": 1e3 * float(np.quantile(periods, 0.99)),
        "latency_ms": (moving - stamps[0]) * 1e-6 - 1e3 * needed,
        "deviation_mm": 1e3 * at_once,
        "delay_ms": 1e3 * delay,
        "deviation_after_delay_mm": 1e3 * after_delay,
        "overrun_mm": 1e3 * still_on,
        "client_cpu": cpu,
    }


class Node:
    """What a driver node does with the arm process: beats, and keeps the reports."""

    def __init__(self, supervisor: ArmSupervisor) -> None:
        self.supervisor = supervisor
        self.states: list[State] = []

    def wait(self, wanted: Callable[[Report], bool]) -> Report:
        """Return the first report that is wanted."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.supervisor.send(Beat())
            select.select([self.supervisor], [], [], 0.02)
            found = None
            for report in self.supervisor.poll():
                if isinstance(report, State):
                    self.states.append(report)
                if found is None and wanted(report):
                    found = report
            if found is not None:
                return found
        raise RuntimeError(f"the arm process does not report; last: {self.states[-1:]}")

    def end_of(self, step: int) -> State:
        """Return the state at the end of a step's period."""
        report = self.wait(lambda report: isinstance(report, State) and report.period_end and report.step == step)
        assert isinstance(report, State)
        return report

    def ask(self, request: Enable | Disable) -> None:
        """Send a request and see it done."""
        self.supervisor.send(request)
        answer = self.wait(lambda report: isinstance(report, Answer))
        if not (isinstance(answer, Answer) and answer.done):
            raise RuntimeError(f"refused: {answer}")


def random_twist(rng: np.random.Generator, before: Six) -> Six:
    """Return a random command, at full speed half of the time; directions last, so that the faces are met."""
    if rng.random() < 0.7 and any(before):
        return before
    fastest = SAFETY.speed_share * SAFETY.max_linear_speed
    direction = rng.normal(size=3)
    speed = fastest if rng.random() < 0.5 else rng.uniform(0.0, fastest)
    x, y, z = (speed * direction / np.linalg.norm(direction)).tolist()
    return x, y, z, 0.0, 0.0, 0.0


def measure_process(rate: int, seconds: float, dh_error: float, seed: int) -> dict[str, float]:
    """Return what the whole arm process reaches under random commands."""
    rng = np.random.default_rng(seed)
    with ControllerProcess(ControllerOptions(rate=rate, dh_error=dh_error, dh_seed=seed)) as controller:
        controller.faults.teleport(READY)
        supervisor = ArmSupervisor(UrSettings(robot_ip=controller.address, servo_rate=rate), SAFETY)
        node = Node(supervisor)
        supervisor.start()
        try:
            node.wait(lambda report: isinstance(report, State) and report.phase.value == "connected")
            node.ask(Enable())
            begun = time.monotonic()
            cpu = [cpu_seconds(pid) for pid in (supervisor.pid, controller.process.pid)]
            first = len(node.states)
            step, twist = 0, ZERO_SIX
            while time.monotonic() < begun + seconds:
                step += 1
                twist = random_twist(rng, twist)
                supervisor.send(Move(1, step, twist))
                node.end_of(step)
            elapsed = time.monotonic() - begun
            shares = [
                (cpu_seconds(pid) - before) / elapsed
                for pid, before in zip((supervisor.pid, controller.process.pid), cpu, strict=True)
            ]
            states = node.states[first:]
            latencies = [latency(node, controller, step + trial + 1) for trial in range(10)]
            node.ask(Disable())
        finally:
            supervisor.close()
        log = MotionLog.read(controller.log_path)
    stamps = np.array([item.stamp_ns for item in states])
    commanded = np.array([item.commanded_position for item in states])
    at_once, delay, after_delay = deviation(log, stamps, commanded)
    lower, upper = np.array(SAFETY.workspace_lower), np.array(SAFETY.workspace_upper)
    outside = np.maximum(lower - log.tcp_position, log.tcp_position - upper).max()
    statistics = states[-1].statistics
    ends = [item for item in states if item.period_end]
    return {
        "rate": rate,
        "seconds": elapsed,
        "dh_error_mm": 1e3 * dh_error,
        "period_mean_ms": 1e3 * statistics.period_mean,
        "period_sd_ms": 1e3 * statistics.period_deviation,
        "period_p99_ms": 1e3 * statistics.period_p99,
        "period_longest_ms": 1e3 * statistics.period_longest,
        "late_ticks": statistics.late_ticks,
        "latency_ms": float(np.median(latencies)),
        "latency_longest_ms": float(max(latencies)),
        "deviation_mm": 1e3 * at_once,
        "delay_ms": 1e3 * delay,
        "deviation_after_delay_mm": 1e3 * after_delay,
        "arm_process_cpu": shares[0],
        "emulator_cpu": shares[1],
        "greatest_speed": float(log.tcp_speed.max()),
        "greatest_acceleration": float(accelerations(log).max()),
        "inside_box_mm": -1e3 * float(outside),
        "periods": len(ends),
        "clipped": sum(item.clipped for item in ends),
        "stopped": sum(item.stopped for item in ends),
    }


def latency(node: Node, controller: ControllerProcess, step: int) -> float:
    """Return the time from sending a Move to an arm at rest until the arm moves [ms]."""
    node.wait(lambda report: isinstance(report, State) and float(np.linalg.norm(report.measured.qd)) < 1e-4)
    sent = time.monotonic_ns()
    middle = 0.5 * (SAFETY.workspace_lower[1] + SAFETY.workspace_upper[1])
    towards = 1.0 if node.states[-1].measured.tcp_position[1] < middle else -1.0
    node.supervisor.send(Move(1, step, (0.0, 0.2 * towards, 0.0, 0.0, 0.0, 0.0)))
    node.end_of(step)
    log = MotionLog.read(controller.log_path)
    moving = log.clock_ns[(log.clock_ns >= sent) & (log.tcp_speed > IN_MOTION)]
    return float(moving[0] - sent) * 1e-6 if moving.size else math.nan


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print rows of like fields as a table in Markdown."""
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + "---|" * len(rows[0]))
    for row in rows:
        print(
            "| "
            + " | ".join(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values())
            + " |"
        )
    print(flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="random commands of each run of the arm process")
    parser.add_argument("--raw-seconds", type=float, default=6.5, help="path of each run of the client alone; 0: none")
    parser.add_argument("--sweep", action="store_true", help="try lookahead and gain of servoJ at 500 Hz too")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    default = UrSettings()
    cases = [(rate, mode, default.lookahead, default.gain) for rate in RATES for mode in MODES]
    if options.sweep:
        cases += [(500, "servoJ", ahead, gain) for ahead in (0.03, 0.05, 0.1) for gain in (300.0, 1000.0, 2000.0)]
    raw = (
        [measure_raw(rate, mode, options.raw_seconds, *smooth) for rate, mode, *smooth in cases]
        if options.raw_seconds
        else []
    )
    if raw:
        print_table(raw)
    process = [
        measure_process(rate, options.seconds, dh_error, options.seed)
        for rate, dh_error in ((500, 0.0), (500, 0.002), (125, 0.0))
    ]
    print_table(process)
    print(json.dumps({"raw_client": raw, "arm_process": process}))


if __name__ == "__main__":
    main()
