# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the learner wants and does, drawn for rviz2 on /rher/markers, all in base_link."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from operator import ne

import numpy as np
from geometry_msgs.msg import Point, Vector3
from numpy.typing import NDArray
from rclpy.node import Node
from visualization_msgs.msg import Marker, MarkerArray

from rher_agent.exploration.sges import Choice
from rher_agent.ros.conversions import point_messages
from rher_agent.ros.quality import LOCKSTEP, MARKERS
from rher_agent.ros.shapes import Colour, new_marker, solid
from rher_agent.runners.evaluator import Evaluation
from rher_agent.runners.prediction import predicted_path
from rher_agent.runners.reports import EpisodeReport, EvaluationReport, RunSummary
from rher_agent.tasks.task import RelayTask, Task
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step, World

GOAL_COLOUR: Colour = (0.2, 0.75, 0.95, 0.5)
ACHIEVED_COLOUR: Colour = (0.9, 0.2, 0.2, 0.9)
GUIDE_COLOUR: Colour = (0.2, 0.5, 1.0, 1.0)
OWN_COLOUR: Colour = (1.0, 0.6, 0.1, 1.0)
BOX_COLOUR: Colour = (0.47, 0.47, 0.47, 1.0)
LIMITED_COLOUR: Colour = (1.0, 0.1, 0.1, 1.0)
PANEL_COLOUR: Colour = (0.9, 0.9, 0.9, 1.0)
TCP_PATH_COLOUR: Colour = (0.3, 0.1, 1.0, 0.9)
OBJECT_PATH_COLOUR: Colour = (0.9, 0.3, 0.3, 0.9)

GOAL_SIZE = (0.012, 0.012, 0.012)
"""Of the ball that shows a goal [m]."""
DISC_HEIGHT = 0.004
"""Thickness of the disc that shows the tolerance of a goal on the table [m]."""
ACHIEVED_RADIUS, ACHIEVED_CORNERS = 0.042, 24
"""Of the ring around what has been achieved, wider than the corners of a cube, which hides what lies in its middle, and
narrower than the tolerance on the table [m]."""
_TURNS = np.linspace(0.0, 2.0 * math.pi, ACHIEVED_CORNERS + 1)
ACHIEVED_RING = ACHIEVED_RADIUS * np.column_stack((np.cos(_TURNS), np.sin(_TURNS), np.zeros_like(_TURNS)))
"""Corners of the ring around its middle, level [m]."""
UPRIGHT = np.array((1.0, 0.0, 0.0, 0.0))
"""No turn, quaternion w, x, y, z."""
LINE_WIDTH = 0.003
"""[m]"""
ARROW_SHAFT, ARROW_HEAD = 0.008, 0.016
"""Diameters [m]."""
ARROW_TIME = 0.5
"""The arrow reaches as far as the arm would go in this time [s]."""
PREDICTED_TIME = 1.0
"""For which the way of the TCP is predicted [s]."""
BEAD = 0.008
"""Diameter of what shows where the TCP is after each control period [m]."""
PREDICTION_OPACITY = 0.5
COLLAR_SIZE, COLLAR_HEIGHT = (0.12, 0.12, 0.012), 0.07
"""Of the disc around the tool in the colour of who acts, wider than the wrist, and how high over the TCP it is [m]."""
TEXT_SIZE, TEXT_HEIGHT = 0.03, 0.15
"""Size of letters, and height of the text over the TCP [m]."""
PANEL_HEIGHT = 0.45
"""Of the words on how training goes, over the side of the workspace with the least y, clear of the arm [m]."""

PRACTICE = "practice: the first object alone"


@dataclass
class Scene:
    """What is to be drawn of an episode."""

    task: Task
    workspace: tuple[Vector, Vector] | None = None
    """Lower and upper corner of the TCP's box [m], x and y; None when the task has none."""
    step: Step | None = None
    """The last one."""
    actor: str = ""
    """The stage that acts, in words."""
    guided: bool = False
    """Whether the guide acts."""
    panel: str = ""
    """How training or an evaluation goes, in words."""
    practice: bool = False
    """Whether only the first object counts, see RelayTask.practice_goal."""
    tcp_path: list[Vector] = field(default_factory=list)
    object_paths: list[list[Vector]] = field(default_factory=list)

    def see(self, step: Step) -> None:
        """Take note of a step; step 0 begins anew."""
        layout = self.task.layout
        if step.step == 0:
            self.tcp_path = []
            self.object_paths = [[] for _ in layout.object_positions]
            self.actor, self.guided = "", False
        self.step = step
        self.tcp_path.append(step.observation[layout.tcp_position])
        for path, place in zip(self.object_paths, layout.object_positions, strict=True):
            path.append(step.observation[place])


class MarkerPublisher:
    """Draws while somebody looks, at most at a given rate.

    Args:
        node: Carries the publisher.
        task: What is drawn.
        rate: Greatest rate in wall time [Hz].
        workspace: Lower and upper corner of the TCP's box [m], x and y.

    Raises:
        ValueError: The rate is not positive.
    """

    def __init__(
        self, node: Node, task: Task, *, rate: float = 20.0, workspace: tuple[Vector, Vector] | None = None
    ) -> None:
        if not (math.isfinite(rate) and rate > 0.0):
            raise ValueError(f"rate is {rate} Hz; allowed: more than 0")
        self._publisher = node.create_publisher(MarkerArray, MARKERS, LOCKSTEP)
        self.scene = Scene(task, workspace)
        """What is drawn."""
        self._period = 1.0 / rate
        self._training = ""
        self._due = 0.0

    def acting(self, choice: Choice) -> None:
        """Take note of who acts in the next step."""
        self.scene.actor = self.scene.task.stages[choice.stage].name
        self.scene.guided = choice.guided

    def episode(self, report: EpisodeReport) -> None:
        """Take note of how training goes; see Reporter."""
        stages = self.scene.task.stages
        shares = (f"{stage.name} {share:.0%}" for stage, share in zip(stages, report.stage_success, strict=True))
        self.scene.panel = self._training = "\n".join((f"episode {report.episode}", *shares))

    def evaluating(self, goal: int, goals: int, met: int) -> None:
        """Take note of how an evaluation goes."""
        self.scene.panel = f"evaluation: goal {goal} of {goals}\n{met} met"

    def evaluation(self, report: EvaluationReport) -> None:
        """Tell of training again, which goes on."""
        self.scene.panel = self._training

    def judging(self, goals: int) -> None:
        """Draw nothing: the first goal follows at once."""

    def finish(self, summary: RunSummary) -> None:
        """Draw nothing more."""

    def judged(self, evaluation: Evaluation, objects: Sequence[str]) -> None:
        """Tell how it ended."""
        met = sum(episode.success for episode in evaluation.episodes)
        self.scene.panel = f"{met} of {len(evaluation.episodes)} goals met"
        self._publisher.publish(build_markers(self.scene))  # no step follows that would

    def show(self, step: Step) -> None:
        """Take note of a step and draw it if it is time and somebody looks."""
        self.scene.see(step)
        now = time.monotonic()
        if now < self._due or self._publisher.get_subscription_count() == 0:
            return
        self._due = now + self._period
        self._publisher.publish(build_markers(self.scene))


class DrawnWorld:
    """A world whose every step is drawn.

    Args:
        world: What is acted in.
        markers: Draws it.
    """

    def __init__(self, world: World, markers: MarkerPublisher) -> None:
        self._world = world
        self._markers = markers

    @property
    def task(self) -> RelayTask:
        """The task served."""
        return self._world.task

    @property
    def name(self) -> str:
        """That of the world itself."""
        return self._world.name

    def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
        """Begin an episode; see World.reset."""
        step = self._world.reset(seed=seed, goal=goal)
        # The world draws the goals of all other episodes.
        self._markers.scene.practice = goal is not None
        self._markers.show(step)
        return step

    def step(self, action: Vector) -> Step:
        """Act for one control period; see World.step."""
        step = self._world.step(action)
        self._markers.show(step)
        return step

    def close(self) -> None:
        """Release what the world holds."""
        self._world.close()


def build_markers(scene: Scene) -> MarkerArray:
    """Return goals, achieved goals, the stage, the action, the paths, the workspace and how training goes.

    The workspace is red where a limit of the safety chain changed the last step.
    """
    step = scene.step
    if step is None:
        return MarkerArray()
    tcp = scene.tcp_path[-1]
    markers = []
    for index, (goal, path) in enumerate(zip(step.desired_goal, scene.object_paths, strict=True)):
        diameter = 2.0 * max(stage.tolerance for stage in scene.task.stages if stage.object_index == index)
        is_flat = not scene.task.opens_gripper
        kind, height = (Marker.CYLINDER, DISC_HEIGHT) if is_flat else (Marker.SPHERE, diameter)
        markers += [
            solid("goal", index, Marker.SPHERE, (goal, UPRIGHT), GOAL_SIZE, (*GOAL_COLOUR[:3], 1.0)),
            solid("tolerance", index, kind, (goal, UPRIGHT), (diameter, diameter, height), GOAL_COLOUR),
            _achieved(index, path[-1]),
            _line("object_path", index, path, OBJECT_PATH_COLOUR),
        ]
    markers += [
        _line("tcp_path", 0, scene.tcp_path, TCP_PATH_COLOUR),
        _prediction(scene, step),
        _action(scene, tcp),
        *_actor(scene, tcp),
    ]
    if scene.workspace is not None:
        lower, upper = scene.workspace
        bottom, top = scene.task.tcp_heights
        box = new_marker("workspace", 0, Marker.LINE_LIST, LIMITED_COLOUR if step.clipped else BOX_COLOUR)
        box.scale.x = LINE_WIDTH
        box.points = point_messages(_edges((*lower, bottom), (*upper, top)))
        beside = np.array(((lower[0] + upper[0]) / 2.0, lower[1], PANEL_HEIGHT))
        words = (scene.panel, PRACTICE if scene.practice else "")
        markers += [box, _text("panel", beside, "\n".join(filter(None, words)), PANEL_COLOUR)]
    return MarkerArray(markers=markers)


def _achieved(index: int, place: Vector) -> Marker:
    """Return a level ring around where an object is."""
    marker = _line("achieved_goal", index, ACHIEVED_RING, ACHIEVED_COLOUR)
    marker.pose.position = _point(place)
    return marker


def _prediction(scene: Scene, step: Step) -> Marker:
    """Return a bead where the TCP is after each control period if the last action is held, paler than who acts."""
    colour = GUIDE_COLOUR if scene.guided else OWN_COLOUR
    marker = new_marker("predicted_path", 0, Marker.SPHERE_LIST, (*colour[:3], PREDICTION_OPACITY))
    if not scene.actor:
        marker.action = Marker.DELETE  # nobody has acted yet
        return marker
    marker.scale = Vector3(x=BEAD, y=BEAD, z=BEAD)
    periods = max(1, round(PREDICTED_TIME / scene.task.control_period))
    marker.points = point_messages(predicted_path(scene.task, step, periods))
    return marker


def _action(scene: Scene, tcp: Vector) -> Marker:
    """Return an arrow along the action executed last, in the colour of who acted."""
    assert scene.step is not None
    marker = new_marker("action", 0, Marker.ARROW, GUIDE_COLOUR if scene.guided else OWN_COLOUR)
    marker.scale = Vector3(x=ARROW_SHAFT, y=ARROW_HEAD, z=0.0)
    tip = tcp + ARROW_TIME * scene.task.twist(scene.step.action)[:3]
    marker.points = [_point(tcp), _point(tip)]
    return marker


def _actor(scene: Scene, tcp: Vector) -> list[Marker]:
    """Return the stage that acts, in words, and a collar of the tool, both in the colour of who acts.

    The collar is for viewers whose texts have no colour.
    """
    colour = GUIDE_COLOUR if scene.guided else OWN_COLOUR
    text, collar = (tcp + np.array((0.0, 0.0, height)) for height in (TEXT_HEIGHT, COLLAR_HEIGHT))
    stage = _text("stage", text, f"{scene.actor} guides" if scene.guided else scene.actor, colour)
    actor = solid("actor", 0, Marker.CYLINDER, (collar, UPRIGHT), COLLAR_SIZE, colour)
    actor.action = stage.action
    return [stage, actor]


def _text(namespace: str, place: Vector, text: str, colour: Colour) -> Marker:
    marker = new_marker(namespace, 0, Marker.TEXT_VIEW_FACING, colour)
    marker.pose.position = _point(place)
    marker.scale.z = TEXT_SIZE
    marker.text = text
    # rviz2 warns of an empty text.
    marker.action = Marker.ADD if text else Marker.DELETE
    return marker


def _line(namespace: str, index: int, points: Iterable[Vector], colour: Colour) -> Marker:
    marker = new_marker(namespace, index, Marker.LINE_STRIP, colour)
    marker.scale.x = LINE_WIDTH
    marker.points = [_point(point) for point in points]
    return marker


def _edges(lower: Sequence[float], upper: Sequence[float]) -> NDArray[np.float64]:
    """Return the ends of the edges of a box, in twos: 12 edges, or 4 where it has no height; shape (2 edges, 3) [m]."""
    corners = sorted(set(product(*zip(lower, upper, strict=True))))
    edges = [(a, b) for a, b in combinations(corners, 2) if sum(map(ne, a, b)) == 1]
    return np.array(edges).reshape(-1, 3)


def _point(position: NDArray) -> Point:
    return point_messages(position[None])[0]
