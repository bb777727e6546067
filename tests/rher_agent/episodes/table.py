# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A table for tests of the episode manager: an arm that follows twists, a driver, a cube that moves only by contact."""

from __future__ import annotations

import math

import numpy as np
from rher_agent.episodes.manager import EpisodeManager
from rher_agent.episodes.mover import TOOL_DOWN
from rher_agent.episodes.orders import Begin, Command, HandOver
from rher_agent.episodes.phases import Phase
from rher_agent.episodes.readings import ArmReading, SeenObject
from rher_agent.episodes.settings import EpisodeSettings
from rher_agent.tasks.push import PushTask

PERIOD = 0.1
TASK = PushTask()
CUBE_TOP = TASK.parameters.cube_size + 0.017
"""Height of the TCP above which the tool passes over the cube [m]."""
DRIVER_AGE = 0.5
"""Age of pictures at which the driver moves nothing [s]."""


class Table:
    """Runs a manager in steps of one control period."""

    def __init__(self, cube=(0.5, 0.05), tcp=(0.45, 0.05, 0.025), **settings) -> None:
        self.manager = EpisodeManager(TASK, EpisodeSettings(**settings))
        self.now = 100.0
        self.tcp = np.array(tcp)
        self.cube = np.array(cube)
        self.orientation = TOOL_DOWN
        self.held = ""
        self.stop_every = 0
        """Each so many steps one is late; 0 for none."""
        self.is_jammed = self.camera_is_off = self.is_hidden = self.is_slippery = False
        self.holder = "policy"
        self.commands: list[Command] = []
        self.way: list[np.ndarray] = []
        """Where the TCP was after each command [m]."""
        self.phases: list[Phase] = []
        self.begun: list[Begin] = []
        self._ended = (0, 0, "")
        self._velocity = np.zeros(3)
        self._pictured = self.now

    def want(self, seed=0, goal=None):
        self.manager.want(seed, goal, self.now)
        return self

    def run(self, until, seconds=120.0):
        """Run until a condition holds."""
        end = self.now + seconds
        while not until():
            assert self.now < end, f"still {self.manager.phase} after {self.phases[-10:]}"
            self.tick()
        return self

    def run_to(self, *phases):
        return self.run(lambda: self.manager.phase in phases)

    def watch(self, seconds):
        """Run for a time; return how far the TCP got."""
        end, before = self.now + seconds, self.tcp.copy()
        self.run(lambda: self.now >= end, 2.0 * seconds + 1.0)
        return float(np.linalg.norm(self.tcp - before))

    def tick(self):
        self.now += PERIOD
        if not self.camera_is_off:
            self._pictured = self.now
            position = np.array((*self.cube, TASK.tool_height))
            self.manager.see(SeenObject(self.now, position, tracked=not self.is_hidden))
        episode, step, stopped = self._ended
        speed = math.hypot(*self._velocity)
        self.manager.hear(
            ArmReading(self.now, self.tcp.copy(), self.orientation, speed, self.held, episode, step, stopped)
        )
        self._velocity = np.zeros(3)
        order = self.manager.advance(self.now)
        if not self.phases or self.phases[-1] is not self.manager.phase:
            self.phases.append(self.manager.phase)
        if isinstance(order, HandOver):
            self.holder = order.writer
            self.manager.answered(order.writer, True, "", self.now)
        elif isinstance(order, Begin):
            self.begun.append(order)
        elif isinstance(order, Command):
            self._execute(order)

    def _execute(self, command):
        assert self.holder == "episode_manager"
        assert not self.held
        self.commands.append(command)
        late = self.stop_every and len(self.commands) % self.stop_every == 0
        blind = self.now - self._pictured > DRIVER_AGE
        self._ended = (command.episode, command.step, "late" if late or blind else "")
        if late or blind or self.is_jammed:
            return
        self._velocity = command.twist[:3]
        self.tcp = self.tcp + PERIOD * self._velocity
        self.way.append(self.tcp)
        if self.tcp[2] < CUBE_TOP and not self.is_slippery:
            self._touch()

    def _touch(self):
        """Push the cube, a disc here, out of the tool's way."""
        contact = self.manager.workspace.contact
        away = self.cube - self.tcp[:2]
        if 0.0 < math.hypot(*away) < contact:
            self.cube = self.tcp[:2] + contact * away / math.hypot(*away)
