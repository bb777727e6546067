# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What happens between two episodes: an explicit state machine that is told what comes and tells what to do next.

It knows no ROS and reads no clock. Nothing moves while something holds the arm, or in a pause; after a person has freed
it, the arm rises first. A call of the operator ends only by the operator: hands may be in the cell.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence

import numpy as np

from rher_agent.episodes.counts import Attempts, Counts
from rher_agent.episodes.motion import EpisodeNumbers, Motion, MotionFailedError
from rher_agent.episodes.mover import Mover, turn_to_tool_down
from rher_agent.episodes.orders import Begin, Command, HandOver, Order
from rher_agent.episodes.paths import Leg, Paths
from rher_agent.episodes.phases import AT_EASE, NEXT_WRITER, Phase
from rher_agent.episodes.readings import ArmReading, SeenObject
from rher_agent.episodes.settings import EpisodeSettings
from rher_agent.episodes.workspace import Whereabouts, Workspace
from rher_agent.tasks.push import PushTask
from rher_agent.worlds.state import Vector

logger = logging.getLogger(__name__)

ARM_SILENCE = 1.0
"""Time without a state of the arm after which it counts as held [s]."""
SERVICE_PATIENCE = 2.0
"""Time after which an unanswered request to the driver is made again [s]."""
RETRY = 0.5
"""Wait after a refused request or a failed motion [s]."""
FAILURES = 3
"""Motions in a row that may fail before the operator is asked."""
AT_REST = 0.02
"""Speed of the TCP below which one looks [m/s]."""
PLACE_TOLERANCE = 0.004
"""How far from where it should be the TCP may stand when an episode begins [m]."""
TILT_TOLERANCE = 0.03
"""How far from straight down the tool may be when an episode begins [rad]."""
DRAWS = 20
"""Starts of which the one farthest from where the object was hidden is taken."""
PAUSED = "the session is paused: ros2 run rher_agent session go_on"
"""What holds the arm in a pause."""
TCP_STREAM = 1
"""Makes of an episode's seed the one that draws the start of the arm."""


class EpisodeManager:
    """Makes the table ready for episodes.

    Args:
        task: The task served.
        settings: How.

    Raises:
        ValueError: The settings do not fit the task.
    """

    def __init__(self, task: PushTask, settings: EpisodeSettings) -> None:
        self._task = task
        self._settings = settings
        self.workspace = Workspace(task, settings)
        self._paths = Paths(self.workspace, settings, task.parameters.v_max)
        self._numbers = EpisodeNumbers()
        self.phase = Phase.IDLE
        self.counts = Counts()
        self.waiting = ""
        """What is waited for besides; empty when nothing is."""
        self.paused = False
        """Whether a person wants nothing to move between episodes; set by whoever is told."""
        self._needed = ""
        self._attempts = Attempts()
        self._goal: Vector | None = None
        self._goal_rng = self._tcp_rng = np.random.default_rng()
        self._arm: ArmReading | None = None
        self._seen: SeenObject | None = None
        self._lies = np.zeros(3)
        self._motion: Motion | None = None
        self._must_rise = False
        self._since = 0.0
        self._requested: float | None = None
        self._not_before = 0.0

    @property
    def needed(self) -> str:
        """What the operator is asked for; empty when nobody is needed."""
        return self._needed if self.phase is Phase.ASKING else ""

    def want(self, seed: int | None, goal: Vector | None, now: float) -> None:
        """Take a request for an episode; one that is being prepared is replaced.

        Args:
            seed: Draws goal and start of the arm; None for any.
            goal: Desired position of every object [m], shape (objects, 3); drawn when None.
            now: Time [s].
        """
        self._goal = goal
        if seed is None:
            self._goal_rng = self._tcp_rng = np.random.default_rng()
        else:
            self._goal_rng = np.random.default_rng(seed)
            self._tcp_rng = np.random.default_rng((seed, TCP_STREAM))
        if self.phase in (Phase.IDLE, Phase.READY):
            self._attempts = Attempts()
            self._enter(Phase.TAKING, now)

    def hear(self, arm: ArmReading) -> None:
        """Take a state of the arm."""
        self._arm = arm
        self._must_rise = self._must_rise or bool(arm.held)
        if self._motion is not None and not arm.held:
            try:
                self._motion.hear(arm)
            except MotionFailedError as error:
                self._fail(str(error), arm.heard)

    def see(self, seen: SeenObject) -> None:
        """Take what one picture shows."""
        self._seen = seen

    def answered(self, writer: str, success: bool, message: str, now: float) -> None:
        """Take the driver's answer to a HandOver; one that is no longer waited for is passed over."""
        if NEXT_WRITER.get(self.phase) != writer or self._requested is None:
            return
        if not success:
            logger.warning("the driver does not hand over to '%s': %s", writer, message)
            self._requested, self._not_before = None, now + RETRY
        elif self.phase is Phase.HANDING_OVER:
            self._enter(Phase.REPORTING, now)
        else:
            self._enter(Phase.LOOKING, now)

    def refused(self, reason: str, now: float) -> None:
        """Take the driver's word that it refused a command of the manager."""
        if self._motion is not None:
            self._fail(reason, now)

    def resume(self, now: float) -> tuple[bool, str]:
        """Go on after an operator call; return whether there was one, and what to tell."""
        if self.phase is not Phase.ASKING:
            return False, f"nobody is asked for; the episode manager is {self.phase.value}"
        logger.info("the operator says to go on")
        self._attempts = Attempts()
        self._must_rise = True
        self._enter(Phase.TAKING, now)
        return True, "going on"

    def advance(self, now: float) -> Order | None:
        """Return what to do now; call it after every message and a few times a second.

        Args:
            now: Time [s].
        """
        if self.phase in AT_EASE:
            return None
        if held := self._held_by(now):
            self._hold(held, now)
            return None
        if self.phase is Phase.HELD:
            logger.info("the arm is free again")
            self._attempts = Attempts()
            self._enter(Phase.TAKING, now)
        if self.phase is Phase.LOOKING:
            self._look(now)
        if self.phase in NEXT_WRITER:
            return self._ask_driver(now)
        if self.phase is Phase.REPORTING:
            return self._report(now)
        return self._step(now)

    def _held_by(self, now: float) -> str:
        arm = self._arm
        if arm is None or now - arm.heard > ARM_SILENCE:
            return "nothing is heard of the driver"
        return arm.held or (PAUSED if self.paused else "")

    def _hold(self, held: str, now: float) -> None:
        """Move nothing while something holds the arm."""
        self._must_rise = True
        if self.phase is Phase.PARKING:
            self._call_operator(now)
            return
        if self.phase is not Phase.HELD:
            self.counts.held_waits += 1
            self._enter(Phase.HELD, now)
        if self.waiting != held:
            logger.warning("waiting for the arm: %s", held)
            self.waiting = held

    def _ask_driver(self, now: float) -> HandOver | None:
        waited = self._requested is not None and now - self._requested < SERVICE_PATIENCE
        if waited or now < self._not_before:
            return None
        self._requested = now
        return HandOver(NEXT_WRITER[self.phase])

    def _report(self, now: float) -> Begin:
        goal = self._goal
        if goal is None:
            goal = self._task.sample_goal(self._goal_rng, self._lies[None])
        self.counts.episodes += 1
        self._enter(Phase.READY, now)
        return Begin(goal)

    def _step(self, now: float) -> Command | None:
        """Go on with the motion at hand."""
        if self._motion is None or self._arm is None:
            return None
        if not self._has_pictures(now) and self.phase is not Phase.PARKING:
            # What a lost camera interrupts is no failed attempt.
            self._attempts = Attempts(failures=self._attempts.failures)
            self._enter(Phase.LOOKING, now)
            return None
        try:
            command = self._motion.advance(self._arm, now)
        except MotionFailedError as error:
            self._fail(str(error), now)
            return None
        if self._motion.is_done:
            self._attempts.failures = 0
            self._must_rise = self._must_rise and self.phase is not Phase.RISING
            if self.phase is Phase.PARKING:
                self._call_operator(now)
            else:
                self._enter(Phase.LOOKING, now)
        return command

    def _look(self, now: float) -> None:
        """Decide by where the object lies and where the arm stands."""
        if not self._has_pictures(now):
            self._wait_for_pictures(now)
            return
        if self.waiting:
            logger.info("pictures of the table come again")
            self._enter(Phase.LOOKING, now)
        arm, seen = self._arm, self._seen
        assert arm is not None and seen is not None
        if self._must_rise:
            self._move(Phase.RISING, self._paths.rise(arm.position), now)
            return
        if arm.speed > AT_REST:
            self._since = now
        if seen.captured < self._since + self._settings.settle:
            return
        where = self.workspace.whereabouts(seen, now)
        if where is Whereabouts.UNSEEN:
            self._search(arm, now)
            return
        place = np.round(seen.position[:2], 3).tolist()
        self._lies = seen.position
        pushed, self._attempts.pushed = self._attempts.pushed, False
        self._attempts.stepped_aside = False
        if where is Whereabouts.INSIDE:
            self.counts.pushes_succeeded += pushed
            self._prepare_start(arm, now)
        elif where is Whereabouts.OUT_OF_REACH:
            self._park(f"the object is out of reach at {place} m: put it into the middle of the square", now)
        elif self._attempts.pushes >= self._settings.pushes:
            self._park(f"the object did not come back from {place} m: put it into the middle of the square", now)
        else:
            self._attempts.pushes += 1
            self._attempts.pushed = True
            self.counts.pushes_tried += 1
            logger.info("pushes the object back from %s m, try %d", place, self._attempts.pushes)
            self._move(Phase.RECOVERING, self._paths.recovery_push(arm.position, seen.position), now)

    def _search(self, arm: ArmReading, now: float) -> None:
        """Move out of the camera's view, and then ask for help."""
        if now - self._since < self._settings.look_patience:
            return
        if self._attempts.stepped_aside:
            self._park(
                "the object is not seen: put it into the middle of the square, face +z up, its tags in view", now
            )
            return
        self._attempts.stepped_aside = True
        self._attempts.hiding.append(arm.position)
        self._move(Phase.STEPPING_ASIDE, self._paths.to_park(arm.position), now)

    def _prepare_start(self, arm: ArmReading, now: float) -> None:
        if self._can_start(arm):
            self._enter(Phase.HANDING_OVER, now)
        elif self._attempts.starts >= self._settings.starts:
            self._park("no start of the arm leaves the object in view: look whether something stands in the way", now)
        else:
            self._attempts.starts += 1
            self.counts.starts_moved += 1
            self._move(Phase.STARTING, self._paths.to_start(arm.position, self._draw_start()), now)

    def _draw_start(self) -> Vector:
        """Draw a start of the arm [m], shape (3,): after one that hid the object, far from all that did.

        An arm hides an object from everywhere along a line of sight, so that starts drawn alike often do so in a row.
        """
        hiding = self._attempts.hiding
        draws = [self._task.sample_tcp(self._tcp_rng, self._lies[None]) for _ in range(DRAWS if hiding else 1)]
        return max(draws, key=lambda place: min((math.dist(place, other) for other in hiding), default=0.0))

    def _can_start(self, arm: ArmReading) -> bool:
        """Tell whether an episode can begin from where the arm stands."""
        workspace, position = self.workspace, arm.position
        clear = np.linalg.norm(position[:2] - self._lies[:2]) >= workspace.start_distance - PLACE_TOLERANCE
        level = abs(position[2] - workspace.tool_height) <= PLACE_TOLERANCE
        upright = np.linalg.norm(turn_to_tool_down(arm.orientation)) <= TILT_TOLERANCE
        return bool(clear and level and upright and workspace.is_inside(position, -workspace.start_room))

    def _has_pictures(self, now: float) -> bool:
        return self._seen is not None and now - self._seen.captured <= self._settings.max_age

    def _wait_for_pictures(self, now: float) -> None:
        if not self.waiting:
            self.waiting = "no picture of the table comes"
            logger.warning("waiting: %s", self.waiting)
        if now - self._since > self._settings.camera_patience:
            # Without pictures the driver moves nothing.
            self._needed = "no picture of the table comes: look at the camera and the perception node"
            self._call_operator(now)

    def _park(self, needed: str, now: float) -> None:
        """Ask for the operator once the arm is out of the way."""
        self._needed = needed
        assert self._arm is not None
        self._move(Phase.PARKING, self._paths.to_park(self._arm.position), now)

    def _call_operator(self, now: float) -> None:
        self.counts.operator_calls += 1
        self._enter(Phase.ASKING, now)

    def _fail(self, reason: str, now: float) -> None:
        """Give up the motion at hand."""
        self._attempts.failures += 1
        self._must_rise = True
        if self.phase is Phase.PARKING:
            logger.warning("the arm is not parked: %s", reason)
            self._call_operator(now)
        elif self._attempts.failures > FAILURES:
            self._needed = f"the arm does not follow: {reason}"
            self._call_operator(now)
        else:
            logger.warning("%s ended early: %s", self.phase.value, reason)
            self._enter(Phase.TAKING, now)
            self._not_before = now + RETRY

    def _move(self, phase: Phase, legs: Sequence[Leg], now: float) -> None:
        self._enter(phase, now)
        self._motion = Motion(Mover(legs, self._settings.turn_speed, self._task.control_period), self._numbers)

    def _enter(self, phase: Phase, now: float) -> None:
        self.phase, self._since = phase, now
        self._motion, self._requested, self._not_before = None, None, now
        self.waiting = ""
