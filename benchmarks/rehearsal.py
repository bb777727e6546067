# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Learn to push on the emulated cell in real time, once for each seed, through the launch file that an arm uses.

Every run has an emulated controller of its own, whose motion log tells afterwards what the arm truly did. Runs follow
each other on an otherwise idle machine and take half an hour each; one that is finished is not run again. When the arm
is stopped, a person would look at it and call `arm recover`; so does this script, which looks every ten seconds, and
counts. With --twin the simulator learns the same seeds with the delays and the noise that `fit_twin` measured, and both
are drawn into one picture. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from cell.launch import LAB, PARAMETERS, CellLaunch, emulated_controller
from diagnostic_msgs.msg import DiagnosticArray
from matplotlib.figure import Figure
from rher_agent.episodes.operator_log import count_calls
from rher_agent.lab.parameters import task_parameters
from rher_agent.lab.reader import read_lab
from rher_agent.lab.run import TARGET_SUCCESS
from rher_agent.lab.settings import HARD_SPEED, Lab
from rher_agent.reporting.episode_table import read_table
from rher_agent.reporting.learning_curve import FIGURE_SIZE, RESOLUTION
from rher_agent.ros.cell_log import messages
from rher_agent.ros.operator_call import ANSWER
from rher_agent.runners.config import TrainerConfig
from rher_agent.storage.atomic import atomic_write
from rher_interfaces.msg import ArmState
from rher_sim_bridge.ur_controller.motion_log import MotionLog

KEPT = ("config.yaml", "progress.csv", "episodes.csv", "summary.json", "judgement.csv", "judgement.png", "lab.yaml")
"""Files of a run that are published."""
FACTS = "rehearsal.json"
"""What only this benchmark knows of a run; written last, so it tells that the run is finished."""
COUNTED = ("pushes tried", "pushes succeeded", "held waits")
"""Of the episode manager."""
PROTECTIVE_STOP = 3
"""Safety mode of the controller."""
HELD, FREE = "waiting for the arm: ", "the arm is free again"
"""What the episode manager says."""
NOTHING_HELD = "nothing holds the arm"
"""What the driver says."""
LOOK = 10.0
"""Between two looks at the arm [s]."""
MAX_EPISODES = 250
"""After which a run gives up, as on the arm."""
S_PER_H = 3600.0
MM_PER_M = 1000.0


def rehearse(seed: int, lab_file: Path, lab: Lab, output: Path, arguments: list[str]) -> None:
    """Run the launch file once and leave what it did in its folder."""
    if output.exists():
        raise SystemExit(f"{output} has a run, but not {FACTS}: it was cut short; remove it and begin again")
    motion, log = output.with_suffix(".motion"), output.with_suffix(".log")
    log.unlink(missing_ok=True)
    print(f"tail -f {log}", flush=True)
    with emulated_controller(lab_file, motion) as controller:
        launch = CellLaunch(controller.address, lab_file, log, [f"seed:={seed}", f"output:={output}", *arguments])
        try:
            freed = stand_beside(launch)
        finally:
            launch.close()
    check_whole(output)
    facts = {"seed": seed, "recoveries": freed, "operator_calls": count_calls(output)} | of_motion(
        MotionLog.read(motion), lab
    )
    facts |= of_recordings(output / "recordings")
    atomic_write(output / FACTS, (json.dumps(facts, indent=2) + "\n").encode())
    motion.unlink()


def check_whole(run: Path) -> None:
    """Refuse a run that was cut short.

    Raises:
        SystemExit: It was.
    """
    summary = run / "summary.json"
    if not summary.exists() or json.loads(summary.read_text())["interrupted"]:
        raise SystemExit(f"{run.name} was cut short; remove {run} and begin again")


def stand_beside(launch: CellLaunch) -> list[str]:
    """Free the arm when it is stopped, until the launch ends; return what the episode manager said each time.

    Raises:
        RuntimeError: A person was called who would have to touch the cube; nobody here does.
    """
    freed: list[str] = []
    while launch.is_running_after(LOOK):
        lines = [line for line in launch.text().splitlines() if HELD in line or FREE in line or ANSWER in line]
        last = lines[-1] if lines else FREE
        if ANSWER in last:
            raise RuntimeError(last)
        if FREE in last or "disabled" in last:
            continue
        answer = launch.call("rher_robot_driver", "arm", "recover")
        if answer.done and NOTHING_HELD not in answer.text:
            freed.append(last.partition(HELD)[2])
    return freed


def of_motion(log: MotionLog, lab: Lab) -> dict[str, Any]:
    """Return what the arm truly did: hours, greatest speeds, and how far the TCP left the driver's box."""
    lower, upper = (np.array(corner) for corner in lab.tcp_box)
    outside = np.maximum(lower - log.tcp_position, log.tcp_position - upper).max()
    stops = np.count_nonzero(np.diff((log.safety_mode == PROTECTIVE_STOP).astype(int)) > 0)
    return {
        "arm_hours": float(log.time[-1] - log.time[0]) / S_PER_H,
        "tcp_speed_max": float(log.tcp_speed.max()),
        "tcp_speed_limit": HARD_SPEED,
        "joint_speed_max": float(np.abs(log.qd).max()),
        "outside_box_mm": MM_PER_M * float(max(0.0, outside)),
        "protective_stops": int(stops),
    }


def of_recordings(folder: Path) -> dict[str, Any]:
    """Return what stopped steps, and what the episode manager counted, from the recordings of a run."""
    reasons: Counter[str] = Counter()
    counts: dict[str, int] = {}
    kinds: dict[str, Any] = {"/arm/state": ArmState, "/diagnostics": DiagnosticArray}
    for path in sorted(folder.glob("*.mcap")):
        stopped = set()
        for message in messages(path, kinds):
            if isinstance(message, ArmState):
                if message.stopped and not message.refused:
                    stopped.add(message.reason)
                continue
            for status in message.status:
                found = {pair.key: pair.value for pair in status.values}
                counts.update({name: int(found[name]) for name in COUNTED if name in found})
        reasons.update(stopped)
    return {**{name.replace(" ", "_"): count for name, count in counts.items()}, "stops": dict(reasons)}


def simulate(seed: int, twin: Path, lab: Lab, output: Path) -> None:
    """Let the simulator learn the task of a lab, with the delays and the noise of its cell.

    In sync mode: at an arm's pace the learner is always done before the next episode. Its evaluations are of more
    goals, of which a mean of 0.95 is asked for as in every simulation.
    """
    settings = yaml.safe_load(twin.read_text()) | {"policy": {"ros__parameters": task_parameters(lab)}}
    parameters = output.with_suffix(".yaml")
    parameters.write_text(yaml.safe_dump(settings))
    given = {"seed": seed, "output": output, "params_file": parameters, "max_episodes": MAX_EPISODES}
    arguments = [f"{name}:={value}" for name, value in given.items()]
    # It fails when the target is not met; the summary tells.
    subprocess.run(["ros2", "launch", "rher_agent", "sim.launch.py", "learner_mode:=sync", *arguments], check=False)
    check_whole(output)


def draw(runs: list[Path], simulated: list[Path], path: Path) -> None:
    """Draw success over episodes, all runs of the arm in one colour and all of its twin in another."""
    figure = Figure(figsize=FIGURE_SIZE, layout="constrained")
    axes = figure.add_subplot(xlabel="training episodes", ylabel="success rate", ylim=(-0.02, 1.02))
    for name, style, folders in (("emulated arm", "C0-o", runs), ("simulated twin", "C1--s", simulated)):
        for folder in folders:
            table = read_table(folder / "progress.csv")
            axes.plot(table["episode"], table["success"], style, ms=4, label=name if folder == folders[0] else None)
    axes.axhline(TrainerConfig().target_success, color="C1", ls=":", label="target of the twin")
    axes.axhline(TARGET_SUCCESS, color="C0", ls=":", label="target of the arm")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=RESOLUTION)


def publish(run: Path, results: Path) -> None:
    """Copy the tables of a run."""
    kept = results / run.name
    kept.mkdir(parents=True, exist_ok=True)
    for name in (*KEPT, FACTS):
        if (run / name).exists():
            shutil.copy(run / name, kept / name)


def row_of(run: Path) -> dict[str, Any]:
    """Return one run's figures."""
    facts = json.loads((run / FACTS).read_text())
    summary = json.loads((run / "summary.json").read_text())
    rate, count = summary["success_rate"], summary["evaluation_episodes"]
    return facts | {
        "episodes": summary["episodes"],
        "reached_target": summary["reached_target"],
        "met": None if rate is None else round(rate * count),
        "judged": count,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as text."""
    lines = ["seed episodes  judged  hours  calls  freed  pushes  max. speed  out of the box  stopped by"]
    for row in rows:
        stops = ", ".join(f"{reason} ({count})" for reason, count in row["stops"].items()) or "-"
        judged = f"{row['met']}/{row['judged']}" if row["met"] is not None else "-"
        lines.append(
            f"{row['seed']:4d} {row['episodes']:8d} {judged:>7} {row['arm_hours']:6.2f} {row['operator_calls']:6d} "
            f"{len(row['recoveries']):6d} "
            f"{row['pushes_succeeded']:3d}/{row['pushes_tried']:<3d} {row['tcp_speed_max']:7.3f} m/s "
            f"{row['outside_box_mm']:12.1f} mm  {stops}"
        )
    return "\n".join(lines)


def main() -> None:
    """Run what is missing, keep the tables, draw and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--lab", type=Path, default=LAB, help="that of the emulated cell")
    parser.add_argument("--output", type=Path, default=Path("runs/rehearsal"), help="folder of the runs")
    parser.add_argument("--parameters", type=Path, default=PARAMETERS, help="parameter file of the rehearsals")
    parser.add_argument("--twin", type=Path, help="parameter file of fit_twin")
    parser.add_argument("--results", type=Path, help="folder for the tables, such as docs/results/rehearsal")
    parser.add_argument("--arguments", nargs="*", default=[], help="further launch arguments of the rehearsals")
    options = parser.parse_args()
    arguments = [f"params_file:={options.parameters.absolute()}", *options.arguments]

    lab_file = options.lab.absolute()
    lab = read_lab(lab_file).lab
    folder = options.output.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    runs, simulated = [], []
    for seed in options.seeds:
        runs.append(folder / f"seed_{seed}")
        if not (runs[-1] / FACTS).exists():
            rehearse(seed, lab_file, lab, runs[-1], arguments)
        if options.twin:
            simulated.append(folder / f"simulated_seed_{seed}")
            if not (simulated[-1] / "summary.json").exists():
                simulate(seed, options.twin.absolute(), lab, simulated[-1])
    curves = folder / "curves.png"
    draw(runs, simulated, curves)
    if options.results:
        for run in (*runs, *simulated):
            publish(run, options.results)
        shutil.copy(curves, options.results / curves.name)
    rows = [row_of(run) for run in runs]
    print(table(rows))
    print(json.dumps({"runs": rows}))


if __name__ == "__main__":
    main()
