# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong while an arm learns, and what is left of the run once the documented steps are done.

One rehearsal in real time, through the launch file of an arm, meets one fault after the other in the middle of an
episode. After each, what `docs/real-robot.md` asks for is done with the commands it names, and two more episodes must
be learned from. At the end the episode log must hold every episode that was told of, and no transition to learn from in
which tool or cube is farther than it can have moved; else the exit code is 1. Takes a quarter of an hour on an
otherwise idle machine. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from cell.launch import LAB, PARAMETERS, CellLaunch, emulated_controller
from numpy.typing import NDArray
from rher_agent.ros.operator_call import ANSWER
from rher_agent.storage.episode_log import EpisodeLog
from rher_agent.tasks.push import PushTask

SEED = 100
PATIENCE = 300.0
"""Time without what is waited for after which the run has failed [s]."""
END_PATIENCE = 60.0
"""Time in which a launch must end [s]."""
BEFORE, AFTER = 2, 2
"""Episodes learned from before and after a fault."""
INTO_EPISODE = 2.0
"""From the driver's hand-over to the policy to the fault [s]."""
BRIEFLY, LONG = 2.0, 10.0
"""For how long tags or camera are gone [s]: less than a tracker bridges, and more than the episode manager waits."""
LONGEST_WAY = 0.08
"""Of tool and cube in one transition to learn from [m]: at most so far the arm moves without a command, for 0.25 s, and
while it brakes. A cube that a hand has moved, or that was seen anew after a gap, goes farther."""
STILL = 0.003
"""Way of the TCP that is none, with the rounding of what is told [m]."""
EPISODE_TOLD = re.compile(r"episode (\d+)/")
HANDED_OVER, HANDED_BACK = "hands the arm over to 'policy'", "hands the arm over to 'episode_manager'"
PLACE = re.compile(r"TCP at \((\S+), (\S+), (\S+)\) m")
MM_PER_M = 1000.0


class Rehearsal:
    """A run that is begun again after what ended it.

    Args:
        folder: Of the run.
        lab_file: Of the cell.
    """

    def __init__(self, folder: Path, lab_file: Path) -> None:
        self.folder = folder
        self._lab_file = lab_file
        self._log = folder.with_suffix(".log")
        self._log.unlink(missing_ok=True)
        self.controller = emulated_controller(lab_file)
        self.launch = self._launch()

    def resume(self) -> None:
        """Launch again as the documentation says, once the launch has ended."""
        self.launch.process.wait(END_PATIENCE)
        self.launch = self._launch("resume:=true")

    def cut_power(self) -> None:
        """Kill every process, the controller's too, and start another controller."""
        self.launch.kill()
        self.controller.kill()
        self.controller.close()
        self.controller = emulated_controller(self._lab_file)

    def episodes(self) -> int:
        """Return the number of the last episode that was told of."""
        told = EPISODE_TOLD.findall(self.launch.text(0))
        return int(told[-1]) if told else 0

    def go_on(self, count: int) -> None:
        """Wait for so many more episodes."""
        first = self.episodes()
        self.launch.wait(lambda: self.episodes() >= first + count, f"{count} episodes after episode {first}", PATIENCE)

    def await_episode(self, said: int) -> None:
        """Wait until an episode has begun since so much was in the log [bytes]."""
        self.launch.wait(lambda: HANDED_OVER in self.launch.text(said), "the next episode", PATIENCE)

    def enter_episode(self) -> None:
        """Wait until the next episode is under way."""
        self.await_episode(self.launch.said)
        self.controller.faults.wait(INTO_EPISODE)

    def place(self) -> NDArray[np.float64]:
        """Return where the driver tells that the TCP is [m], shape (3,)."""
        told = self.launch.call("rher_robot_driver", "arm", "status").text
        found = PLACE.search(told)
        if found is None:
            raise RuntimeError(f"no place of the TCP in '{told}'")
        return np.array([float(number) for number in found.groups()])

    def kept(self) -> int:
        """Return how many episodes are in the log."""
        return sum(1 for _ in EpisodeLog.read(self.folder / "episodes.log"))

    def do(self, *command: str) -> None:
        """Give a command of the documentation until it is done, as a person would."""
        self.launch.wait(lambda: self.launch.call(*command).done, " ".join(command), END_PATIENCE)

    def close(self) -> None:
        """End everything."""
        try:
            self.launch.close()
        finally:
            self.controller.close()

    def _launch(self, *arguments: str) -> CellLaunch:
        run = [f"seed:={SEED}", f"output:={self.folder}", f"params_file:={PARAMETERS}", *arguments]
        return CellLaunch(self.controller.address, self._lab_file, self._log, run)


def protective_stop(run: Rehearsal) -> str:
    """Something is hit."""
    run.controller.faults.protective_stop()
    run.do("rher_robot_driver", "arm", "recover")
    return "arm recover"


def camera_silent(run: Rehearsal) -> str:
    """The camera gives no picture for a while."""
    pid = run.launch.pid("sim_camera_node")
    os.kill(pid, signal.SIGSTOP)
    run.controller.faults.wait(LONG)
    os.kill(pid, signal.SIGCONT)
    return "nothing"


def lunch(run: Rehearsal) -> str:
    """A person pauses between two episodes, disables the arm, comes back and enables it; nothing moves until go_on."""
    said = run.launch.said
    run.launch.wait(lambda: HANDED_BACK in run.launch.text(said), "the end of the episode", PATIENCE)
    run.do("rher_agent", "session", "pause")
    run.do("rher_robot_driver", "arm", "disable")
    run.do("rher_robot_driver", "arm", "enable")
    before = run.place()
    run.controller.faults.wait(LONG)
    moved = np.linalg.norm(run.place() - before)
    if moved > STILL:
        raise RuntimeError(f"the arm moved by {moved:.3f} m in a pause; allowed: {STILL} m")
    run.do("rher_agent", "session", "go_on")
    return "session pause, arm disable, arm enable, session go_on"


def tags_hidden(run: Rehearsal) -> str:
    """Something is before the cube for a moment."""
    run.controller.faults.cover_cube()
    run.controller.faults.wait(BRIEFLY)
    run.controller.faults.cover_cube(False)
    return "nothing"


def tags_covered(run: Rehearsal) -> str:
    """The cube is not seen until somebody who was asked uncovers it."""
    said = run.launch.said
    run.controller.faults.cover_cube()
    run.launch.wait(lambda: ANSWER in run.launch.text(said), "the call for a person", PATIENCE)
    run.do("rher_robot_driver", "arm", "disable")
    run.controller.faults.cover_cube(False)
    run.do("rher_robot_driver", "arm", "enable")
    run.do("rher_agent", "session", "table_ready")
    return "arm disable, uncover it, arm enable, session table_ready"


def policy_killed(run: Rehearsal) -> str:
    """The policy's process dies."""
    os.kill(run.launch.pid("policy_node"), signal.SIGKILL)
    run.resume()
    return "resume:=true"


def driver_killed(run: Rehearsal) -> str:
    """The driver's process dies."""
    os.kill(run.launch.pid("driver_node"), signal.SIGKILL)
    run.resume()
    return "resume:=true"


def power_cut(run: Rehearsal) -> str:
    """Everything ends at once."""
    run.cut_power()
    run.resume()
    return "resume:=true"


FAULTS: tuple[tuple[str, Callable[[Rehearsal], str]], ...] = (
    ("protective stop", protective_stop),
    ("lunch", lunch),
    (f"camera silent for {LONG:.0f} s", camera_silent),
    (f"tags hidden for {BRIEFLY:.0f} s", tags_hidden),
    ("tags covered", tags_covered),
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
    lost: int
    """Episodes told of before it that were not in the log when the next began."""
    seconds: float
    """From the fault to the next episode learned from [s]."""


def meet(run: Rehearsal, name: str, fault: Callable[[Rehearsal], str]) -> Outcome:
    """Let a fault happen in the middle of an episode, and go on."""
    run.go_on(BEFORE)
    run.enter_episode()
    before, began = run.episodes(), time.monotonic()
    done = fault(run)
    run.await_episode(run.launch.said)
    # A run that was resumed has cut its log back by now, to where it goes on.
    lost = max(0, before - run.kept())
    run.go_on(1)
    seconds = time.monotonic() - began
    run.go_on(AFTER - 1)
    return Outcome(name, done, before, run.episodes(), lost, round(seconds, 1))


def longest_ways(folder: Path) -> tuple[int, int, float, float]:
    """Return episodes and usable transitions of a log, and the longest ways of tool and cube in one of them [mm]."""
    episodes = list(EpisodeLog.read(folder / "episodes.log"))

    def longest(place: slice) -> float:
        ways = [
            np.linalg.norm(np.diff(episode.observations[:, place], axis=0), axis=1)[episode.usable]
            for episode in episodes
        ]
        return round(MM_PER_M * float(np.concatenate(ways).max(initial=0.0)), 1)

    count = sum(int(episode.usable.sum()) for episode in episodes)
    layout = PushTask().layout
    return len(episodes), count, longest(layout.tcp_position), longest(layout.object_positions[0])


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
    print(f"{'fault':<24}{'episodes':>10}{'lost':>6}{'s':>8}  done by a person")
    for outcome in outcomes:
        episodes = f"{outcome.before}-{outcome.after}"
        print(f"{outcome.fault:<24}{episodes:>10}{outcome.lost:>6}{outcome.seconds:>8.1f}  {outcome.done}")
    kept, transitions, tool, cube = longest_ways(folder)
    limit = MM_PER_M * LONGEST_WAY
    print(f"{told} episodes told of, {kept} in the log, {transitions} transitions to learn from")
    print(f"longest ways in one: tool {tool} mm, cube {cube} mm; allowed: {limit:.0f}")
    figures = {"told": told, "kept": kept, "transitions": transitions, "tool_mm": tool, "cube_mm": cube}
    print(json.dumps({"faults": [asdict(outcome) for outcome in outcomes], **figures}))
    if kept < told or max(tool, cube) > limit or any(outcome.lost for outcome in outcomes):
        sys.exit(1)


if __name__ == "__main__":
    main()
