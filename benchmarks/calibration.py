# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How exactly the hand-eye calibration finds the camera of the simulated cell, and which sets of poses it refuses.

rendered: the tool of a UR5e holds the plate with four tags and visits the poses that the command `calibrate` plans; the
scene's camera takes five pictures of each, with blur and noise, and the tags are found in them. The arm tells its poses
with 0.1 mm of noise, by kinematics whose lengths are exact or off by up to 0.3 or 2 mm. Every trial has another plan,
another mounting of the plate and other noise. refused: sets that are bad in one way each, and what is said of them.
drawn: poses without pictures, whose noise is drawn: 0.3 mm across and 1 mm along the optical axis, 0.25 degrees, and of
the arm 0.1 mm; with --outliers, so many poses are wrong by centimetres. Raw rows and the tables go to --results; the
last line is one JSON object.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rher_agent.tasks.push import PushTask
from rher_perception.calibration.collector import CollectionParameters, Outcome, SampleCollector
from rher_perception.calibration.hand_eye import calibrate
from rher_perception.calibration.intrinsics_check import check_intrinsics
from rher_perception.calibration.planner import Region, Spread, plan_poses
from rher_perception.calibration.samples import CalibrationError, HandEyeSample, Setup
from rher_perception.calibration.target_view import TargetFinder
from rher_perception.calibration.tool_orientation import ToolPose
from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_angle, rotation_from_vector
from rher_perception.objects.layout import board_layout
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_sim_bridge.camera.renderer import SceneRenderer
from rher_sim_bridge.camera.sensor import CameraSensor, SensorParameters
from rher_sim_bridge.scene.camera import optical_pose
from rher_sim_bridge.scene.gripper import TOOL_LENGTH
from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.ur_controller.kinematics import perturbed
from rher_sim_bridge.worlds.simulated_arm import READY, TOOL_DOWN

Vector = NDArray[np.float64]
Row = dict[str, Any]

MILLI = 1e3
ARM = "ur5e"
MIDDLE = np.array([0.5, 0.0, 0.17])
"""Of the rendered poses, in base_link [m]."""
REGION = Region((0.25, -0.30, 0.12), (0.70, 0.30, 0.45), 0.5)
"""Where the TCP may be: the limits that are shipped for a calibration."""
AWAY = (0.9, 0.5, 0.025, 1.0, 0.0, 0.0, 0.0)
"""Pose of the cube, beside the table's middle."""
DH_ERRORS = (0.0, 0.0003, 0.002)
"""Greatest error of a length in the kinematics by which the arm tells its poses [m]: none, one that was calibrated in
the factory, one that was not."""
ARM_SD = 0.0001
"""Repeatability of the arm along each axis [m]."""
MOUNTING = (0.01, math.radians(5.0))
"""Greatest difference of a trial's mounting of the plate: position [m] and elevation [rad]."""
SPARE = 8
"""Further poses, for those from where the plate is not seen."""
REFUSED_POSES = 20
"""Of the sets that ought to be refused, where nothing else is said."""

DRAWN_CAMERA = Pose(rotation_from_vector(np.array([-1.8, 1.7, -0.7])), np.array([1.1, 0.2, 0.7]))
DRAWN_TARGET = Pose(rotation_from_vector(np.array([0.3, 1.2, -0.4])), np.array([0.01, -0.02, 0.08]))
DRAWN_MIDDLE = np.array([0.5, 0.0, 0.35])
REACH = 0.12
"""Of drawn positions from their middle along each axis [m]."""
TURN = math.radians(35.0)
"""Greatest turn about each axis of the tool [rad]."""
VISION_SD = np.array([0.0003, 0.0003, 0.001])
"""In the optical frame [m]."""
TURN_SD = math.radians(0.25)
OUTLIER_SD = (0.1, 0.03)
"""Of a false pose [rad] and [m]."""


@dataclass(frozen=True)
class Options:
    """What is measured."""

    poses: list[int]
    outliers: list[int]
    trials: int
    drawn_trials: int
    size: tuple[int, int]
    sensor: SensorParameters
    pictures: int


class Cell:
    """A simulated cell whose tool holds a plate.

    Args:
        options: Pictures and their noise.
        plate: What the tool holds.
    """

    def __init__(self, options: Options, plate: Plate) -> None:
        self._options = options
        width, height = options.size
        self._renderer = SceneRenderer(PushTask(), width, height, ARM, plate)
        self._sensor = CameraSensor(options.sensor, width, height)
        layout = board_layout("plate", plate.columns, plate.rows, plate.tag_size, plate.gap, plate.first_tag)
        self.camera: CameraModel = self._renderer.camera
        self.finder = TargetFinder(layout, self.camera)
        self.kinematics = ArmKinematics(UR_ARMS[ARM], TOOL_LENGTH)

    def see(self, tools: tuple[ToolPose, ...], wanted: int, first_stamp: int) -> tuple[SampleCollector, list[Vector]]:
        """Visit poses until so many gave a sample; return the samples with exact arm poses, and the joints of each."""
        collector = SampleCollector(CollectionParameters(pictures=self._options.pictures))
        joints: list[Vector] = []
        for k, tool in enumerate(tools):
            if len(joints) == wanted:
                break
            q = self.kinematics.inverse(tool.position, tool.rotation, READY)
            self._renderer.place(np.concatenate((q, AWAY)))
            ideal = self._renderer.colour()
            for n in range(self._options.pictures):
                stamp_ns = first_stamp + k * self._options.pictures + n
                grey = cv2.cvtColor(self._sensor.expose(ideal, stamp_ns), cv2.COLOR_RGB2GRAY)
                taking = collector.add(tool.pose, self.finder.find(np.asarray(grey, np.uint8), stamp_ns))
            if taking.outcome is Outcome.TAKEN:
                joints.append(q)
        return collector, joints

    def close(self) -> None:
        """Release the graphics."""
        self._renderer.close()


def told_by_arm(joints: list[Vector], dh_error: float, seed: int) -> list[Pose]:
    """Return the poses base_from_gripper that an arm tells, whose lengths are known as well as that [m]."""
    kinematics = ArmKinematics(perturbed(UR_ARMS[ARM], dh_error, seed), TOOL_LENGTH)
    rng = np.random.default_rng((seed, round(dh_error / ARM_SD)))
    poses = []
    for q in joints:
        position, rotation = kinematics.forward(q)
        poses.append(Pose(rotation, position + rng.normal(0.0, ARM_SD, 3)))
    return poses


def plan(count: int, seed: int, region: Region = REGION, spread: Spread | None = None) -> tuple[ToolPose, ...]:
    """Return a plan of the command."""
    return plan_poses(count, Pose(TOOL_DOWN, MIDDLE), region, spread or Spread(), seed)


def mounted(seed: int) -> Plate:
    """Return the plate as a trial mounts it."""
    rng = np.random.default_rng((seed, 1))
    shift, turn = rng.uniform(-MOUNTING[0], MOUNTING[0], 3), rng.uniform(-MOUNTING[1], MOUNTING[1])
    x, y, z = (np.array(Plate().position) + shift).tolist()
    return replace(Plate(), position=(x, y, z), elevation=Plate().elevation + float(turn))


def truth() -> Pose:
    """Return where the scene's camera is."""
    position, quaternion = optical_pose(PushTask().parameters.center)
    return Pose.from_quaternion(quaternion, position)


def judge(samples: list[HandEyeSample], camera: Pose, setup: Setup = Setup.EYE_TO_HAND) -> Row:
    """Return what comes out of a set: errors and residuals, or why it is refused."""
    try:
        found = calibrate(samples, setup)
    except CalibrationError as error:
        return {"refused": str(error)}
    metres, radians = found.held_out.rms
    return {
        "refused": "",
        "mm": MILLI * float(np.linalg.norm(found.camera.translation - camera.translation)),
        "deg": math.degrees(rotation_angle(found.camera.rotation.T @ camera.rotation)),
        "held_out_mm": MILLI * metres,
        "held_out_deg": math.degrees(radians),
        "method": found.method,
        "left_out": " ".join(map(str, found.left_out)),
    }


def rendered(options: Options) -> list[Row]:
    """Calibrate from rendered pictures."""
    rows, most = [], max(options.poses)
    for trial in range(options.trials):
        cell = Cell(options, mounted(trial))
        collector, joints = cell.see(plan(most + SPARE, trial), most, trial * 10_000)
        cell.close()
        check = check_intrinsics(collector.views, cell.camera)
        for dh_error in DH_ERRORS:
            told = told_by_arm(joints, dh_error, trial)
            pairs = zip(told, collector.samples, strict=True)
            samples = [HandEyeSample(arm, sample.camera_from_target) for arm, sample in pairs]
            for count in options.poses:
                key = {"arm_mm": MILLI * dh_error, "poses": count, "trial": trial, "seen": len(samples)}
                scale = 100.0 * (check.difference.scale - 1.0) if check else math.nan
                rows.append({**key, **judge(samples[:count], truth()), "focal_percent": scale})
    return rows


def refused(options: Options) -> list[Row]:
    """Give bad sets to the calibration, and two that only have flaws."""
    cell, moved_cell = (Cell(options, plate) for plate in (mounted(0), mounted_anew()))
    count, camera = REFUSED_POSES, truth()

    def seen(tools: tuple[ToolPose, ...], by: Cell = cell, wanted: int = count) -> list[HandEyeSample]:
        collector, joints = by.see(tools, wanted, 0)
        pairs = zip(told_by_arm(joints, DH_ERRORS[1], 0), collector.samples, strict=True)
        return [HandEyeSample(arm, sample.camera_from_target) for arm, sample in pairs]

    tools = plan(count + SPARE, 0)
    good = seen(tools)
    upright = tuple(replace(tool, tilt=np.zeros(2)) for tool in tools)
    rolled = tuple(replace(tool, tilt=np.array((tool.tilt[0], 0.0)), yaw=0.0) for tool in tools)
    little = plan(count + SPARE, 0, replace(REGION, max_tilt=math.radians(3.0)), Spread((0.03, 0.03, 0.03), 0.05))
    on_the_spot = tuple(replace(tool, position=MIDDLE) for tool in tools)
    half = count // 2
    swapped = [HandEyeSample(one.base_from_gripper, two.camera_from_target) for one, two in pairs_of(good)]
    two_swapped = [*swapped[:2], *good[2:]]
    wrong_size = [
        HandEyeSample(s.base_from_gripper, Pose(s.camera_from_target.rotation, 1.1 * s.camera_from_target.translation))
        for s in good
    ]
    sets: dict[str, Callable[[], Row]] = {
        "good": lambda: judge(good, camera),
        "eight poses": lambda: judge(good[:8], camera),
        "rotations about the vertical alone": lambda: judge(seen(upright), camera),
        "rotations about x of base_link alone": lambda: judge(seen(rolled), camera),
        "tiny motions": lambda: judge(seen(little), camera),
        "rotations on the spot": lambda: judge(seen(on_the_spot), camera),
        "target moved in its mount half-way (10 mm, 5 deg)": lambda: judge(
            good[:half] + seen(tools[half:], moved_cell, count - half), camera
        ),
        "every picture swapped with its neighbour's": lambda: judge(swapped, camera),
        "pictures of two poses swapped": lambda: judge(two_swapped, camera),
        "tag size wrong by 10 %": lambda: judge(wrong_size, camera),
        "told to be eye_in_hand": lambda: judge(good, camera, Setup.EYE_IN_HAND),
    }
    rows = [{"set": name, **make()} for name, make in sets.items()]
    for used in (cell, moved_cell):
        used.close()
    return rows


def mounted_anew() -> Plate:
    """Return the plate of the first trial after it slipped in its mount."""
    plate = mounted(0)
    x, y, z = plate.position
    return replace(plate, position=(x + 0.01, y, z), elevation=plate.elevation + math.radians(5.0))


def pairs_of(samples: list[HandEyeSample]) -> list[tuple[HandEyeSample, HandEyeSample]]:
    """Return each sample with its neighbour: the first with the second, the second with the first, and so on."""
    return [(sample, samples[k ^ 1]) for k, sample in enumerate(samples)]


def draw(count: int, outliers: int, rng: np.random.Generator) -> list[HandEyeSample]:
    """Return the samples of one trial without pictures."""
    samples = []
    for k in range(count):
        turn = TOOL_DOWN @ rotation_from_vector(rng.uniform(-TURN, TURN, 3))
        gripper = Pose(turn, DRAWN_MIDDLE + rng.uniform(-REACH, REACH, 3))
        seen = DRAWN_CAMERA.inverse @ gripper @ DRAWN_TARGET
        angle_sd, shift_sd = (OUTLIER_SD[0], np.full(3, OUTLIER_SD[1])) if k < outliers else (TURN_SD, VISION_SD)
        noisy = Pose(
            rotation_from_vector(rng.normal(0.0, angle_sd, 3)) @ seen.rotation,
            seen.translation + rng.normal(0.0, shift_sd),
        )
        samples.append(HandEyeSample(Pose(turn, gripper.translation + rng.normal(0.0, ARM_SD, 3)), noisy))
    return samples


def drawn(options: Options) -> list[Row]:
    """Calibrate from poses whose noise is drawn."""
    return [
        {
            "poses": count,
            "outliers": outliers,
            "trial": trial,
            **judge(draw(count, outliers, np.random.default_rng((count, outliers, trial))), DRAWN_CAMERA),
        }
        for count in options.poses
        for outliers in options.outliers
        for trial in range(options.drawn_trials)
    ]


def table(rows: list[Row], *keys: str) -> list[Row]:
    """Return a row for each combination of keys: errors as mean, 95th percentile and maximum, residuals as mean."""
    found = []
    for key in dict.fromkeys(tuple(row[name] for name in keys) for row in rows):
        group = [row for row in rows if tuple(row[name] for name in keys) == key]
        done = [row for row in group if not row["refused"]]
        summary: Row = {**dict(zip(keys, key, strict=True)), "trials": len(group), "refused": len(group) - len(done)}
        for name in ("mm", "deg"):
            values = [row[name] for row in done] or [math.nan]
            summary[name] = [round(float(x), 3) for x in (np.mean(values), np.percentile(values, 95), max(values))]
        for name in ("held_out_mm", "held_out_deg"):
            summary[name] = round(float(np.mean([row[name] for row in done] or [math.nan])), 3)
        found.append(summary)
    return found


def lines_of(summaries: list[Row], *keys: str) -> list[str]:
    """Return a table as text."""
    heads = "".join(f"{key:<10}" for key in keys)
    lines = [f"{heads}refused   error mm (mean/p95/max)   error deg            held-out mm, deg (mean)"]
    for row in summaries:
        cells = "".join(f"{row[key]:<10g}" for key in keys) + f"{row['refused']}/{row['trials']}".ljust(10)
        errors = ("/".join(f"{x:.2f}" for x in row["mm"]), "/".join(f"{x:.3f}" for x in row["deg"]))
        held = f"{row['held_out_mm']:.2f}, {row['held_out_deg']:.3f}"
        lines.append(f"{cells}{errors[0]:<26} {errors[1]:<20} {held}")
    return lines


def refusal_lines(rows: list[Row]) -> list[str]:
    """Return the bad sets and what is said of each."""
    lines = []
    for row in rows:
        verdict = f"refused: {row['refused']}"
        if not row["refused"]:
            out = f", left out {row['left_out']}" if row["left_out"] else ""
            verdict = f"accepted, off by {row['mm']:.2f} mm and {row['deg']:.3f} deg{out}"
        lines.append(f"{row['set']}: {verdict}")
    return lines


def write_csv(path: Path, rows: list[Row]) -> None:
    """Write rows, whose fields may differ."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in rows:
            writer.writerow({name: f"{x:.6g}" if isinstance(x, float) else x for name, x in row.items()})


def main() -> None:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=("rendered", "refused", "drawn"), default=None, help="all")
    parser.add_argument("--poses", type=int, nargs="+", default=[15, 20, 30])
    parser.add_argument("--outliers", type=int, nargs="+", default=[0, 2], help="of drawn poses")
    parser.add_argument("--trials", type=int, default=20, help="with rendered pictures")
    parser.add_argument("--drawn-trials", type=int, default=20)
    parser.add_argument("--size", choices=("640x480", "1280x720"), default="640x480")
    parser.add_argument("--blur", type=float, default=0.5, help="standard deviation [pixel]")
    parser.add_argument("--noise", type=float, default=2.0, help="standard deviation [grey level]")
    parser.add_argument("--pictures", type=int, default=5, help="of each standstill")
    parser.add_argument("--results", type=Path, help="folder for raw rows and tables: docs/results/calibration")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    width, height = (int(x) for x in arguments.size.split("x"))
    options = Options(
        poses=arguments.poses,
        outliers=arguments.outliers,
        trials=arguments.trials,
        drawn_trials=arguments.drawn_trials,
        size=(width, height),
        sensor=SensorParameters(noise=arguments.noise, blur=arguments.blur),
        pictures=arguments.pictures,
    )

    text: list[str] = []
    results: dict[str, list[Row]] = {}
    for part in arguments.parts or ("rendered", "refused", "drawn"):
        rows = {"rendered": rendered, "refused": refused, "drawn": drawn}[part](options)
        if part == "refused":
            results[part] = rows
            lines = refusal_lines(rows)
        else:
            keys = ("arm_mm", "poses") if part == "rendered" else ("outliers", "poses")
            results[part] = table(rows, *keys)
            lines = lines_of(results[part], *keys)
        text += [f"{part}:", *lines, ""]
        sys.stdout.write("\n".join([f"{part}:", *lines, "\n"]))
        sys.stdout.flush()
        if arguments.results:
            write_csv(arguments.results / f"{part}_{arguments.size}.csv", rows)
    if arguments.results:
        settings = f"{arguments.size}, blur {arguments.blur} pixel, noise {arguments.noise} grey levels"
        (arguments.results / f"calibration_{arguments.size}.txt").write_text("\n".join([settings, "", *text]))
    print(json.dumps({"size": arguments.size, "trials": arguments.trials, **results}))


if __name__ == "__main__":
    main()
