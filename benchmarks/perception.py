# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How exactly perception sees the cube of the push task: its pose against the simulation's truth, next to peers.

The push scene is rendered from random places 0.6 to 0.9 m from the cube, at 25 to 80 degrees of elevation, any azimuth
and up to 20 degrees of roll, with the arm where an episode begins or with its tool at the cube, so that it hides part
of it. Every method gets the same pictures, with blur and noise, and the same cube. A second set of cubes is held in the
air and tilted by 5 to 45 degrees. The planar constraint is given half the cube's edge as its height, as a user would,
and once the height at which the simulation's cube really rests, a little lower. The row «tracked» knows from the
pictures before where the cube is to about 1 mm and 1 degree, and finds what shows of the tags there. The cube
without tags is magenta and in the same places; its depth has a D435's noise, holes and half a percent of scale.

Errors are those of the cube's centre and orientation in base_link. A tag counts as visible when nothing lies between
the lens and its outline. Answered: pictures with a pose, of those with a visible tag; touched: the same with the tool
at the cube; hidden: pictures with a pose though no tag shows whole. Shared: 95th percentile in the plane over the
pictures that every method by tags answered, but for OpenCV's refinement from the AprilTag library, which takes up to
half a second and is shown fewer pictures. ms is processor time. Then the stages of a picture's way are timed on a
moving cube. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path

import cv2
from rher_sim_bridge.camera.sensor import SensorParameters
from sight.methods import SLOW, methods
from sight.plot import plot
from sight.results import ask, read, summaries, table, write
from sight.stages import stage_table, time_stages
from sight.studio import Stance, Studio

SIZES = ["640x480", "1280x720"]
ANY_TILT = ("own, planar", "own, free", "OpenCV, subpixel", "pupil-apriltags")
"""Methods that are shown tilted cubes; the planar one must refuse them."""


def main() -> None:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=500, help="of upright cubes, for each resolution")
    parser.add_argument("--tilted", type=int, default=200, help="of tilted cubes, for each resolution")
    parser.add_argument("--slow", type=int, default=100, help="of these, shown to methods that take half a second")
    parser.add_argument("--first", type=int, default=0, help="seed of the first, so that a long run can be split")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=SIZES, help="of the pictures")
    parser.add_argument("--blur", type=float, default=0.5, help="standard deviation [pixel]")
    parser.add_argument("--noise", type=float, default=3.0, help="standard deviation of each colour [grey level]")
    parser.add_argument("--fixed", action="store_true", help="leave the camera where the scene has it")
    parser.add_argument("--frames", type=int, default=300, help="over which the stages are timed; 0 for none")
    parser.add_argument("--results", type=Path, help="folder for poses.csv and poses.png")
    parser.add_argument("--again", action="store_true", help="only print and plot the poses.csv of --results again")
    options = parser.parse_args()
    if options.again:
        rows = read(options.results / "poses.csv")
        print(table(summaries(rows)))
        plot(rows, options.results / "poses.png")
        return
    cv2.setNumThreads(1)
    load = os.getloadavg()[0]

    rows = []
    stages = {}
    for size in options.sizes:
        width, height = (int(x) for x in size.split("x"))
        studio = Studio(width, height, SensorParameters(noise=options.noise, blur=options.blur), options.fixed)
        shown = methods(studio)
        for stance, count in ((Stance.UPRIGHT, options.pictures), (Stance.TILTED, options.tilted)):
            for seed in range(options.first, options.first + count):
                view = studio.take(seed, stance)
                rows += [
                    ask(name, see, view, stance)
                    for name, see in shown.items()
                    if (stance is Stance.UPRIGHT or name in ANY_TILT)
                    and (name not in SLOW or seed < options.first + options.slow)
                ]
        if options.frames:
            stages[size] = time_stages(studio, options.frames)
        studio.close()
    lines = summaries(rows)
    print(table(lines))
    for size, timed in stages.items():
        print(f"\n{size}\n{stage_table(timed)}")
    if options.results:
        write(rows, options.results / "poses.csv")
        plot(rows, options.results / "poses.png")
    settings = {"blur_px": options.blur, "noise_grey_levels": options.noise, "fixed_camera": options.fixed}
    measured = {"results": [asdict(line) for line in lines], "stages_ms": stages}
    print(json.dumps({**settings, "load_before": round(load, 2), **measured}))


if __name__ == "__main__":
    main()
