# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where tags sit on objects."""

from __future__ import annotations

import numpy as np
import pytest
from rher_perception.geometry import Pose
from rher_perception.objects.layout import PlacedTag, TagLayout, board_layout, cube_layout


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


def test_the_tags_of_a_board_are_read_like_a_page() -> None:
    layout = board_layout("plate", 3, 2, 0.04, 0.01, 20)
    assert [tag.id for tag in layout.tags] == [20, 21, 22, 23, 24, 25]
    places = [tag.object_from_tag.translation for tag in layout.tags]
    np.testing.assert_allclose(np.mean(places, axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(places[0], (-0.05, 0.025, 0.0), atol=1e-12)
    np.testing.assert_allclose(places[2] - places[0], (0.1, 0.0, 0.0), atol=1e-12)
    np.testing.assert_allclose(places[3] - places[0], (0.0, -0.05, 0.0), atol=1e-12)
    assert all(tag.size == 0.04 for tag in layout.tags)
    np.testing.assert_array_equal([tag.object_from_tag.rotation for tag in layout.tags], [np.eye(3)] * 6)


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
    for wrong, name in (
        ((0, 2, 0.04, 0.01, 20), "columns"),
        ((2, 0, 0.04, 0.01, 20), "rows"),
        ((2, 2, 0.0, 0.01, 20), "size"),
        ((2, 2, 0.04, 0.0, 20), "gap"),
        ((2, 2, 0.04, 0.01, -1), "id"),
    ):
        with pytest.raises(ValueError, match=name):
            board_layout("plate", *wrong)
    with pytest.raises(ValueError, match="size"):
        PlacedTag(1, -0.04, Pose.identity())
    with pytest.raises(ValueError, match="id"):
        PlacedTag(-1, 0.04, Pose.identity())
