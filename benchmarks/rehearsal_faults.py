# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong while an arm learns, and what is left of the run once the documented steps are done.

One rehearsal in real time, through the launch file of an arm, meets one fault after the other in the middle of an
episode. After each, what `docs/real-robot.md` asks for is done with the commands it names, and two more episodes must
be learned from. At the end the episode log must hold every episode that was told of, and no transition in which tool or
cube is farther than it can have moved. Takes a quarter of an hour on an otherwise idle machine. The last line is one
JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rehearsal import LAB
from rher_agent.lab.parameters import HARD_SPEED
from rher_agent.lab.reader import read_lab
from rher_agent.storage.episode_log import EpisodeLog
from rher_agent.tasks.push import PushTask
from rher_sim_bridge.ur_controller.options import ControllerOptions
from rher_sim_bridge.ur_controller.process import ControllerProcess

SEED = 100
PATIENCE = 300.0
"""Time without another episode after which the run has failed [s]."""
END_PATIENCE = 60.0
"""Time in which a launch must end [s]."""
POLL = 0.2
"""Between two looks at a file [s]."""
BEFORE, AFTER = 2, 2
"""Episodes learned from before and after a fault."""
INTO_EPISODE = 2.0
"""From the driver's hand-over to the policy to the fault [s]."""
HIDDEN = 10.0
"""For how long camera or tags are gone [s]."""
LONGEST_STEP = 0.5
"""Duration of the longest step that may count: the driver executes nothing on older pictures [s]."""
EPISODE_TOLD = re.compile(r"episode (\d+)/")
HANDED_OVER = "hands the arm over to 'policy'"
ASKED = "put it into the middle of the square"
MM_PER_M = 1000.0


class Rehearsal:
    """A launch with an emulated controller, which can be killed and started again.

    Args:
        folder: Of the run.
        lab_file: Of the cell.
    """

    def __init__(self, folder: Path, lab_file: Path) -> None:
        self.folder = folder
        self._lab_file = lab_file
        self.output = folder.with_suffix(".log")
        self.output.unlink(missing_ok=True)
        self.controller = self._start_controller()
        self.launch = self._start()

    def text(self, start: int = 0) -> str:
        """Return what the launches said from a place on."""
        return self.output.read_bytes()[start:].decode(errors="replace")

    @property
    def said(self) -> int:
        """How much the launches said so far [bytes]."""
        return self.output.stat().st_size

    def wait(self, condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Wait until something is so.

        Raises:
            RuntimeError: It is not in time.
        """
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"not within {patience} s: {what}\n{self.text()[-3000:]}")
            time.sleep(POLL)

    def episodes(self) -> int:
        """Return the number of the last episode that was told of."""
        told = EPISODE_TOLD.findall(self.text())
        return int(told[-1]) if told else 0

    def go_on(self, count: int) -> None:
        """Wait for so many more episodes."""
        first = self.episodes()
        self.wait(lambda: self.episodes() >= first + count, f"{count} episodes after episode {first}")

    def enter_episode(self) -> None:
        """Wait until the next episode is under way."""
        said = self.said
        self.wait(lambda: HANDED_OVER in self.text(said), "the next episode")
        self.controller.faults.wait(INTO_EPISODE)

    def pid(self, node: str) -> int:
        """Return the process of a node of the launch that runs."""
        return int(re.findall(rf"\[{node}_node-\d+\]: process started with pid \[(\d+)\]", self.text())[-1])

    def call(self, *command: str) -> str:
        """Give a command of the documentation in another terminal; return what it said."""
        done = subprocess.run(
            ["ros2", "run", *command], env=self._environment, capture_output=True, text=True, check=False
        )
        return (done.stdout + done.stderr).strip()

    def end(self) -> None:
        """Wait for the launch to end by itself."""
        self.launch.wait(END_PATIENCE)

    def cut_power(self) -> None:
        """Kill every process, the controller's too."""
        pids = re.findall(r"process started with pid \[(\d+)\]", self.text())
        os.kill(self.launch.pid, signal.SIGKILL)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        self.controller.kill()
        self.controller.close()
        self.end()
        self.controller = self._start_controller()

    def resume(self) -> None:
        """Launch again as the documentation says."""
        self.launch = self._start("resume:=true")

    def close(self) -> None:
        """End everything."""
        self.launch.send_signal(signal.SIGINT)
        self.end()
        self.controller.close()

    @property
    def _environment(self) -> dict[str, str]:
        domain = re.findall(r"export ROS_DOMAIN_ID=(\d+)", self.text())[-1]
        return {**os.environ, "ROS_DOMAIN_ID": domain}

    def _start_controller(self) -> ControllerProcess:
        robot = read_lab(self._lab_file).lab.robot
        return ControllerProcess(
            ControllerOptions(
                arm=robot.model, rate=robot.servo_rate, tcp_offset=robot.tcp_offset, payload=robot.payload
            )
        )

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = ["ros2", "launch", "rher_agent", "real_push.launch.py", f"robot_ip:={self.controller.address}"]
        command += ["camera:=emulated", f"lab:={self._lab_file}", f"seed:={SEED}", f"output:={self.folder}"]
        with self.output.open("ab") as log:
            return subprocess.Popen([*command, *arguments], stdout=log, stderr=log, start_new_session=True)


def protective_stop(run: Rehearsal) -> str:
    """Something is hit."""
    run.controller.faults.protective_stop()
    # The arm's own program ends, and enabling asks for the same look at it.
    run.wait(lambda: "the stop is cleared" in run.call("rher_robot_driver", "arm", "recover"), "arm recover")
    return "arm recover"


def camera_lost(run: Rehearsal) -> str:
    """The camera is silent for a while."""
    pid = run.pid("sim_camera")
    os.kill(pid, signal.SIGSTOP)
    run.controller.faults.wait(HIDDEN)
    os.kill(pid, signal.SIGCONT)
    return "nothing"


def tags_covered(run: Rehearsal) -> str:
    """The cube is seen by nobody for a while; whoever is asked for uncovers it."""
    said = run.said
    run.controller.faults.cover_cube()
    run.controller.faults.wait(HIDDEN)
    if ASKED not in run.text(said):
        run.controller.faults.cover_cube(False)
        return "nothing"
    run.call("rher_robot_driver", "arm", "disable")
    run.controller.faults.cover_cube(False)
    run.call("rher_robot_driver", "arm", "enable")
    run.call("rher_agent", "session", "table_ready")
    return "arm disable, uncover it, arm enable, session table_ready"


def policy_killed(run: Rehearsal) -> str:
    """The policy's process dies."""
    os.kill(run.pid("policy"), signal.SIGKILL)
    run.end()
    run.resume()
    return "resume:=true"


def driver_killed(run: Rehearsal) -> str:
    """The driver's process dies."""
    os.kill(run.pid("driver"), signal.SIGKILL)
    run.end()
    run.resume()
    return "resume:=true"


def power_cut(run: Rehearsal) -> str:
    """Everything ends at once."""
    run.cut_power()
    run.resume()
    return "resume:=true"


FAULTS: tuple[tuple[str, Callable[[Rehearsal], str]], ...] = (
    ("protective stop", protective_stop),
    (f"camera silent for {HIDDEN:.0f} s", camera_lost),
    (f"tags covered for {HIDDEN:.0f} s", tags_covered),
    ("policy killed (-9)", policy_killed),
    ("driver killed (-9)", driver_killed),
    ("power cut", power_cut),
)


@dataclass(frozen=True)
class Outcome:
    """What a fault did to a run."""

    fault: str
    done: str
    """By a person."""
    before: int
    """Last episode told of before it."""
    after: int
    """Last one once it was over."""
    seconds: float
    """From the fault to the next episode learned from [s]."""


def meet(run: Rehearsal, name: str, fault: Callable[[Rehearsal], str]) -> Outcome:
    """Let a fault happen in the middle of an episode, and go on."""
    run.go_on(BEFORE)
    run.enter_episode()
    before, began = run.episodes(), time.monotonic()
    done = fault(run)
    run.go_on(1)
    seconds = time.monotonic() - began
    run.go_on(AFTER - 1)
    return Outcome(name, done, before, run.episodes(), round(seconds, 1))


def longest_jumps(folder: Path) -> tuple[int, int, float, float]:
    """Return episodes and usable transitions of a log, and the longest ways of tool and cube in one of them [mm]."""
    layout = PushTask.layout
    episodes = list(EpisodeLog.read(folder / "episodes.log"))
    count, ways = 0, {layout.tcp_position: 0.0, layout.object_positions[0]: 0.0}
    for episode in episodes:
        count += int(episode.usable.sum())
        for place in ways:
            steps = np.linalg.norm(np.diff(episode.observations[:, place], axis=0), axis=1)
            ways[place] = max(ways[place], float(np.max(steps, where=episode.usable, initial=0.0)))
    tool, cube = (MM_PER_M * way for way in ways.values())
    return len(episodes), count, round(tool, 1), round(cube, 1)


def main() -> None:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lab", type=Path, default=LAB, help="that of the emulated cell")
    parser.add_argument("--output", type=Path, default=Path("runs/rehearsal_faults"), help="folder, made anew")
    options = parser.parse_args()
    folder = options.output.absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)

    run = Rehearsal(folder, options.lab.absolute())
    try:
        outcomes = [meet(run, name, fault) for name, fault in FAULTS]
        told = run.episodes()
    finally:
        run.close()
    print(f"{'fault':<24}{'episodes':>10}{'s':>8}  done by a person")
    for outcome in outcomes:
        print(f"{outcome.fault:<24}{f'{outcome.before}-{outcome.after}':>10}{outcome.seconds:>8.1f}  {outcome.done}")
    kept, transitions, tool, cube = longest_jumps(folder)
    allowed = MM_PER_M * HARD_SPEED * LONGEST_STEP
    print(f"{told} episodes told of, {kept} in the log, {transitions} transitions to learn from")
    print(f"longest way in one of them: tool {tool} mm, cube {cube} mm; possible: {allowed:.0f} mm")
    figures = {"told": told, "kept": kept, "transitions": transitions, "tool_mm": tool, "cube_mm": cube}
    print(json.dumps({"faults": [asdict(outcome) for outcome in outcomes], **figures, "possible_mm": allowed}))


if __name__ == "__main__":
    main()
