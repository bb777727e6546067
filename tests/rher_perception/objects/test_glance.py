# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that are not searched: the same poses, and a search as soon as something is not where it should be."""

from __future__ import annotations

import numpy as np
import pytest
from rher_perception.geometry import Pose
from rher_perception.objects.estimate import ObjectEstimate, Source
from rher_perception.objects.glance import GlanceParameters
from rher_perception.objects.layout import cube_layout
from rher_perception.objects.parameters import PlanarConstraint
from rher_perception.pipeline import ObjectSetup, PerceptionPipeline, PipelineParameters, SeenFrame

from tests.rher_perception.scene import AWAY, CUBE_SIZE, TAG_SIZE, Studio, look_at, yawed

PERIOD_NS = 33_333_333
VIEW = look_at(np.array([0.95, 0.2, 0.6]), np.array([0.5, 0.0, 0.0]))
TAGGED = ObjectSetup("cube", cube_layout("cube", CUBE_SIZE, TAG_SIZE, 0), PlanarConstraint(CUBE_SIZE / 2.0))
PLACE, TWIN = yawed(0.50, 0.02, 0.3), yawed(0.55, -0.1, 0.8)
GLANCES = GlanceParameters().pictures
SAME = 0.0003
"""Between poses from the same picture [m]."""


def play(studio: Studio, cubes: list[Pose], glances: int = GLANCES, twin_from: int | None = None) -> list[SeenFrame]:
    parameters = PipelineParameters(glance=GlanceParameters(glances))
    pipeline = PerceptionPipeline(studio.camera, (TAGGED,), parameters)
    frames = []
    for k, cube in enumerate(cubes):
        twin = TWIN if twin_from is not None and k >= twin_from else AWAY
        grey = studio.grey(VIEW, cube, seed=k, twin=twin)
        frames.append(pipeline.process((k + 1) * PERIOD_NS, np.repeat(grey[..., None], 3, axis=2), VIEW))
    return frames


def searched(frames: list[SeenFrame]) -> list[int]:
    return [k for k, frame in enumerate(frames) if frame.detections.searched]


def test_of_a_cube_at_rest_one_picture_in_ten_is_searched(studio: Studio) -> None:
    frames = play(studio, [PLACE] * 23)
    assert searched(frames) == [0, GLANCES + 1, 2 * GLANCES + 2]
    assert all(frame.objects[0].age == 0.0 for frame in frames)


def test_with_no_glances_every_picture_is_searched(studio: Studio) -> None:
    assert searched(play(studio, [PLACE] * 4, glances=0)) == [0, 1, 2, 3]


def test_a_pushed_cube_is_seen_where_the_search_sees_it(studio: Studio) -> None:
    cubes = [yawed(0.45 + 0.1 * k * PERIOD_NS * 1e-9, 0.02, 0.3 + 0.01 * k) for k in range(20)]
    glanced, found = play(studio, cubes), play(studio, cubes, glances=0)
    assert len(searched(glanced)) < len(cubes) / 2
    for one, other in zip(glanced, found, strict=True):
        first, second = one.objects[0].base_from_object, other.objects[0].base_from_object
        assert first is not None
        assert second is not None
        assert np.linalg.norm(first.translation - second.translation) < SAME


def test_a_cube_that_is_not_where_it_should_be_is_searched_in_the_same_picture(studio: Studio) -> None:
    frames = play(studio, [PLACE, PLACE, TWIN])
    assert searched(frames) == [0, 2]
    assert frames[-1].detections.tags


def test_a_cube_behind_a_finger_is_seen_without_a_search(studio: Studio) -> None:
    pipeline = PerceptionPipeline(studio.camera, (TAGGED,))
    frames = []
    for k in range(6):
        grey = studio.grey(VIEW, PLACE, seed=k)
        if k in (2, 3, 4):
            column = round(float(studio.camera.project(VIEW.inverse.apply(PLACE.translation))[0]))
            grey[:, column - 3 : column + 9] = 90
        frames.append(pipeline.process((k + 1) * PERIOD_NS, np.repeat(grey[..., None], 3, axis=2), VIEW))
    assert searched(frames) == [0]
    seen = [frame.observations[0] for frame in frames[2:5]]
    assert [item.source for item in seen if isinstance(item, ObjectEstimate)] == [Source.PARTS] * 3
    for frame in frames:
        pose = frame.objects[0].base_from_object
        assert frame.objects[0].age == 0.0
        assert pose is not None
        assert np.linalg.norm(pose.translation - PLACE.translation) < 0.003


def test_a_second_cube_with_the_same_tags_is_noticed_by_the_next_search_and_from_then_on(studio: Studio) -> None:
    frames = play(studio, [PLACE] * (GLANCES + 4), twin_from=3)
    seen = [frame.objects[0].age == 0.0 for frame in frames]
    assert seen == [True] * (GLANCES + 1) + [False] * 3
    assert "is in the picture 2 times" in frames[-1].objects[0].reason


def test_a_wrong_number_of_pictures_is_refused() -> None:
    with pytest.raises(ValueError, match="pictures is -1; allowed: 0 or more"):
        GlanceParameters(-1)
