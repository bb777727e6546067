# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A task in MuJoCo, in this process.

Two levels, one world. reset_state and advance speak in states and twists; a ROS node wires them to messages. reset and
step are the training loop's World over the same two, so that both see the same bits.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.registry import make_task
from rher_agent.tasks.task import Task
from rher_agent.worlds.action import check_action
from rher_agent.worlds.state import NS_PER_S, WorldState
from rher_agent.worlds.step_builder import build_step
from rher_agent.worlds.world import Step, WorldError
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from transforms3d.quaternions import quat2mat

from rher_sim_bridge.scene.camera import CAMERA
from rher_sim_bridge.scene.workplace import goal_body
from rher_sim_bridge.tasks.registry import build_scene
from rher_sim_bridge.worlds.bodies import FreeBody, find_body
from rher_sim_bridge.worlds.fingers import Fingers
from rher_sim_bridge.worlds.parameters import RESET_TIME, SimParameters, whole_ratio
from rher_sim_bridge.worlds.sensing import Sensing, TcpMeasurement
from rher_sim_bridge.worlds.simulated_arm import SimulatedArm
from rher_sim_bridge.worlds.task_safety import task_safety

Vector = NDArray[np.float64]

SEED_RANGE = 2**31
"""Seeds that a world draws for itself are below this."""
SETTLING_TIME = 1.0
"""Time in which an object comes to rest on the table [s]."""
NOISE_STREAM = 1
"""Second word of the seed of the sensors' noise, which therefore never changes where things are placed."""
GRIPPER_CLOSED = 0.0
"""Opening of a gripper that is welded shut [m]."""


@dataclass(frozen=True, eq=False)
class EpisodeStart:
    """An episode that is ready to begin."""

    episode: int
    """Number given by the caller."""
    seed: int
    """What it was drawn from."""
    state: WorldState
    """At step 0."""
    scene: Vector
    """Generalised positions at the capture that the state's objects belong to, shape (nq,)."""
    desired_goal: Vector
    """[m] in base_link, shape (objects, 3)."""


@dataclass(frozen=True, eq=False)
class Advanced:
    """The world one control period later."""

    state: WorldState
    """At the end of the period."""
    scene: Vector
    """Generalised positions at the capture that the state's objects belong to, shape (nq,)."""
    clipped: bool
    """Whether a limit changed the motion asked for."""
    stopped: bool
    """Whether the safety chain holds a stop."""
    reason: str
    """Which limits or which stop; empty when none."""


class MujocoWorld:
    """A UR5e and its task, behind the same safety chain as on hardware.

    Time counts servo ticks and never jumps back: a reset takes RESET_TIME.

    Args:
        task: What is moved, where and how fast.
        parameters: Rates, delays and noise.

    Raises:
        ValueError: The periods do not divide each other.
    """

    name = "mujoco"

    def __init__(self, task: Task | None = None, parameters: SimParameters | None = None) -> None:
        self._task: Task = task or PushTask()
        self.parameters = parameters or SimParameters()
        servo_period = self.parameters.servo_period
        ticks = whole_ratio("control_period", self._task.control_period, "servo_period", servo_period)
        substeps = whole_ratio("servo_period", servo_period, "physics_timestep", self.parameters.physics_timestep)
        self._tick_ns = round(servo_period * NS_PER_S)
        self._ticks = ticks
        self._reset_ticks = round(RESET_TIME / servo_period)

        arm = UR_ARMS["ur5e"]
        self.model = build_scene(self._task, arm, self.parameters.physics_timestep).compile()
        self.data = mujoco.MjData(self.model)
        safety = task_safety(self._task)
        self.arm = SimulatedArm(self.model, self.data, arm, safety, servo_period, ticks, substeps)
        self._sensing = Sensing(self.model, self.data, self._task.body_names, ticks, self.parameters)
        self._bodies = tuple(find_body(self.model, self.data, name) for name in self._task.body_names)
        goals = map(goal_body, range(len(self._task.object_names)))
        self._goals = [int(self.model.body(name).mocapid[0]) for name in goals]
        self._fingers = Fingers(self.model, self.data) if self._task.opens_gripper else None
        self._rest_height = self._settle()

        self._rng = np.random.default_rng()
        self._queue: deque[tuple[Vector, float]] = deque()
        self._renderer: mujoco.Renderer | None = None
        self._tick = 0
        self._episode = -1
        self._step = 0
        self._desired_goal = np.zeros((len(self._task.object_names), 3))
        self._over = True

    @property
    def task(self) -> Task:
        """The task served."""
        return self._task

    @property
    def stamp_ns(self) -> int:
        """Time of the world [ns]."""
        return self._tick * self._tick_ns

    def reset_state(self, episode: int, seed: int | None = None, goal: Vector | None = None) -> EpisodeStart:
        """Place everything for an episode; the same seed gives the same state whatever happened before.

        Args:
            episode: Number of the episode.
            seed: Draws objects, goal, start of the arm and noise; drawn when None.
            goal: Desired position of every object [m] in base_link, shape (objects, 3); drawn when None.

        Raises:
            ValueError: The goal has another shape or is not finite, or the seed is negative.
        """
        count = len(self._task.object_names)
        if goal is not None and (np.shape(goal) != (count, 3) or not np.isfinite(goal).all()):
            raise ValueError(f"goal is {goal}; allowed: finite positions of shape ({count}, 3) [m]")
        if seed is None:
            seed = int(self._rng.integers(SEED_RANGE))
        if seed < 0:
            raise ValueError(f"seed is {seed}; allowed: 0 or more")
        start = self._task.sample_start(np.random.default_rng(seed))
        desired = start.desired_goal if goal is None else np.array(goal, dtype=np.float64)

        mujoco.mj_resetData(self.model, self.data)
        self.arm.place(start.tcp_position)
        for body, position, yaw in zip(self._bodies, start.body_positions, start.body_yaws, strict=True):
            body.place(self._at_rest(position), float(yaw))
        self.data.mocap_pos[self._goals] = desired
        if self._fingers is not None:
            self._fingers.open()
        mujoco.mj_forward(self.model, self.data)

        self._queue = deque((np.zeros(6), math.nan) for _ in range(self.parameters.action_delay))
        tcp = self._sensing.reset(np.random.default_rng((seed, NOISE_STREAM)))
        self._tick += self._reset_ticks
        return EpisodeStart(episode, seed, self._state(tcp, np.zeros(6)), self._sensing.seen.positions, desired)

    def advance(self, twist: Vector, gripper: float = GRIPPER_CLOSED) -> Advanced:
        """Advance by exactly one control period.

        Args:
            twist: Linear [m/s] then angular [rad/s] in base_link, shape (6,); finite, within the step cap.
            gripper: Opening asked for [m]; a gripper that is welded shut takes no notice.
        """
        self._queue.append((np.array(twist, dtype=np.float64), gripper))
        due, opening = self._queue.popleft()
        if self._fingers is not None:
            self._fingers.command(opening)
        motion = self.arm.move(due, self._sensing.watch)
        self._tick += self._ticks
        tcp = self._sensing.measure()
        self.arm.observe(MeasuredMotion(tcp.position, quat2mat(tcp.orientation), tcp.twist, tcp.wrench))
        return Advanced(
            state=self._state(tcp, motion.executed_twist),
            scene=self._sensing.seen.positions,
            clipped=bool(motion.limited_by),
            stopped=self.arm.stopped,
            reason=self.arm.stop_reason or ", ".join(motion.limited_by),
        )

    def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
        """Begin an episode; see World.reset."""
        self._episode += 1
        self._step = 0
        start = self.reset_state(self._episode, seed, goal)
        self._desired_goal = start.desired_goal
        self._over = False
        gripper = start.state.gripper
        return build_step(self._task, start.state, start.desired_goal, self._episode, 0, gripper=gripper)

    def step(self, action: Vector) -> Step:
        """Act for one control period; see World.step. The task maps an action to no more than one step may cover.

        Raises:
            ValueError: The action is not finite or has another shape.
            WorldError: The episode is over.
        """
        if self._over:
            raise WorldError("the episode is over; call reset first")
        action = check_action(self._task, action)
        gripper = self._task.gripper(action)
        advanced = self.advance(self._task.twist(action), gripper)
        self._step += 1
        step = build_step(
            self._task,
            advanced.state,
            self._desired_goal,
            self._episode,
            self._step,
            gripper=gripper,
            clipped=advanced.clipped,
            stopped=advanced.stopped,
            reason=advanced.reason,
        )
        self._over = step.truncated
        return step

    def render(self, width: int = 640, height: int = 480, camera: str = CAMERA) -> NDArray[np.uint8]:
        """Return a picture of the scene; shape (height, width, 3), RGB."""
        if self._renderer is None or (self._renderer.width, self._renderer.height) != (width, height):
            self._close_renderer()
            self._renderer = mujoco.Renderer(self.model, height, width)
        self._renderer.update_scene(self.data, camera)
        return self._renderer.render()

    def close(self) -> None:
        """Release the renderer."""
        self._close_renderer()

    def _state(self, tcp: TcpMeasurement, executed_twist: Vector) -> WorldState:
        return WorldState(
            stamp_ns=self.stamp_ns,
            tcp_position=tcp.position,
            tcp_orientation=tcp.orientation,
            tcp_twist=tcp.twist,
            gripper=GRIPPER_CLOSED if self._fingers is None else self._fingers.opening,
            wrench=tcp.wrench,
            executed_twist=executed_twist,
            objects=self._sensing.seen.objects,
            objects_stamp_ns=self.stamp_ns - self.parameters.latency_ticks * self._tick_ns,
        )

    def _at_rest(self, position: Vector) -> Vector:
        """Return where what is put on the table comes to rest [m]; what is put elsewhere stays there."""
        lies = position[2] == self._task.rest_height
        return np.array((*position[:2], self._rest_height)) if lies else position

    def _settle(self) -> float:
        """Return the height at which a cube's centre rests [m]: contacts give way a little under its weight."""
        lower, upper = self._task.tcp_box
        self.arm.place(np.array((*(lower + upper) / 2.0, self._task.tcp_heights[0])))
        height = self._task.rest_height
        free = [body for body in self._bodies if isinstance(body, FreeBody)]
        for body, place in zip(free, np.linspace(lower, (lower[0], upper[1]), len(free)), strict=True):
            body.place(np.array((*place, height)), 0.0)
        mujoco.mj_step(self.model, self.data, round(SETTLING_TIME / self.parameters.physics_timestep))
        return free[0].height if free else height

    def _close_renderer(self) -> None:
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None


def make_world(task_name: str, parameters: SimParameters | None = None) -> MujocoWorld:
    """Make the MuJoCo world of a task.

    Raises:
        ValueError: The task is unknown, or has no scene here.
    """
    return MujocoWorld(make_task(task_name), parameters)
