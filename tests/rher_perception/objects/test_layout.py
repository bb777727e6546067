# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where tags sit on objects."""

from __future__ import annotations

import numpy as np
import pytest
from rher_perception.geometry import Pose
from rher_perception.objects.layout import PlacedTag, TagLayout, cube_layout


def test_the_tags_of_a_cube_lie_on_its_faces_and_face_outwards() -> None:
    layout = cube_layout("cube", 0.05, 0.04, 10)
    assert [tag.id for tag in layout.tags] == [10, 11, 12, 13, 14, 15]
    normals = []
    for tag in layout.tags:
        middle = tag.corners.mean(axis=0)
        normal = tag.object_from_tag.rotation[:, 2]
        np.testing.assert_allclose(middle, 0.025 * normal, atol=1e-12)
        np.testing.assert_allclose(np.linalg.norm(tag.corners - np.roll(tag.corners, 1, axis=0), axis=1), 0.04)
        normals.append(tuple(round(float(x)) for x in normal))
    assert normals == [(0, 0, 1), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, -1)]


def test_a_layout_finds_its_own_tags_only() -> None:
    layout = cube_layout("cube", 0.05, 0.04, 10)
    found = layout.find(12)
    assert found is not None
    assert found.id == 12
    assert layout.find(9) is None


def test_impossible_layouts_are_refused() -> None:
    tag = PlacedTag(1, 0.04, Pose.identity())
    with pytest.raises(ValueError, match="each id once"):
        TagLayout("thing", (tag, tag))
    with pytest.raises(ValueError, match="at least one"):
        TagLayout("thing", ())
    with pytest.raises(ValueError, match="tag_size"):
        cube_layout("cube", 0.04, 0.04, 0)
    with pytest.raises(ValueError, match="size"):
        PlacedTag(1, -0.04, Pose.identity())
    with pytest.raises(ValueError, match="id"):
        PlacedTag(-1, 0.04, Pose.identity())
