# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From detections to a pose, or to the right refusal."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_perception.geometry import Pose, rotation_angle, rotation_from_vector
from rher_perception.objects.estimate import Cause, ObjectEstimate, Refusal
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.parameters import EstimationParameters, PlanarConstraint
from rher_perception.tags.detector import Detections, RejectedTag

from tests.rher_perception.objects.synthetic import BASE_FROM_CAMERA, CAMERA, LAYOUT, see
from tests.rher_perception.scene import yawed

STAMP = 7_000_000_123
PLANE = PlanarConstraint(0.025)
POSE = yawed(0.5, 0.02, 1.3)


def estimate(detections: Detections, plane: PlanarConstraint | None = None) -> ObjectEstimate | Refusal:
    return ObjectEstimator(LAYOUT, CAMERA, plane=plane).estimate(detections, BASE_FROM_CAMERA, STAMP)


def shifted(detections: Detections, tag_id: int, pixels: float) -> Detections:
    tags = [replace(t, corners=t.corners + pixels) if t.id == tag_id else t for t in detections.tags]
    return Detections(tuple(tags), detections.rejected)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.35, 0.65), st.floats(-0.15, 0.15), st.floats(-math.pi, math.pi), st.booleans())
def test_an_upright_cube_is_found_whatever_its_yaw(x: float, y: float, yaw: float, planar: bool) -> None:
    pose = yawed(x, y, yaw)
    found = estimate(see(pose), PLANE if planar else None)
    assert isinstance(found, ObjectEstimate)
    assert found.stamp_ns == STAMP
    np.testing.assert_allclose(found.base_from_object.translation, pose.translation, atol=1e-6)
    assert rotation_angle(found.base_from_object.rotation.T @ pose.rotation) < 1e-5
    assert np.linalg.eigvalsh(found.covariance).min() > 0.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-2.0, 2.0), min_size=3, max_size=3))
def test_a_cube_in_the_air_is_found_from_several_tags(turn: list[float]) -> None:
    pose = Pose(rotation_from_vector(np.array(turn)), np.array([0.5, 0.0, 0.2]))
    detections = see(pose)
    found = estimate(detections)
    if len(detections.tags) > 1:
        assert isinstance(found, ObjectEstimate)
        np.testing.assert_allclose(found.base_from_object.translation, pose.translation, atol=1e-6)


def test_one_tag_seen_from_afar_with_noise_is_refused_as_ambiguous_and_the_plane_decides() -> None:
    wrong = unsure = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        pose = yawed(rng.uniform(0.2, 0.6), rng.uniform(-0.2, 0.2), rng.uniform(-3.0, 3.0))
        detections = see(pose, ids=(0,), sd=0.25, rng=rng)
        free, planar = estimate(detections), estimate(detections, PLANE)
        if isinstance(free, Refusal):
            unsure += free.cause is Cause.AMBIGUOUS
        else:
            wrong += rotation_angle(free.base_from_object.rotation.T @ pose.rotation) > math.radians(20.0)
        if isinstance(planar, ObjectEstimate):
            assert rotation_angle(planar.base_from_object.rotation.T @ pose.rotation) < math.radians(5.0)
    assert unsure > 0
    assert wrong == 0


def test_a_cube_on_its_side_is_refused() -> None:
    lying = Pose(POSE.rotation @ rotation_from_vector(np.array([math.pi / 2.0, 0.0, 0.0])), POSE.translation)
    refused = estimate(see(lying), PLANE)
    assert isinstance(refused, Refusal)
    assert refused.cause is Cause.IMPLAUSIBLE


def test_the_same_tag_twice_is_refused_with_its_number() -> None:
    detections = see(POSE)
    twin = replace(detections.tags[0], corners=detections.tags[0].corners + 100.0)
    refused = estimate(Detections((*detections.tags, twin), ()))
    assert isinstance(refused, Refusal)
    assert refused.cause is Cause.DUPLICATE
    assert f"tag {twin.id} " in refused.reason


def test_a_doubtful_twin_counts_as_well() -> None:
    detections = see(POSE)
    rejected = RejectedTag(detections.tags[0].id, detections.tags[0].corners + 100.0, "its contrast is 3")
    refused = estimate(Detections(detections.tags, (rejected,)))
    assert isinstance(refused, Refusal)
    assert refused.cause is Cause.DUPLICATE


def test_of_three_tags_one_can_be_outvoted() -> None:
    detections = see(POSE)
    assert len(detections.tags) == 3
    false = detections.tags[1].id
    found = estimate(shifted(detections, false, 6.0))
    assert isinstance(found, ObjectEstimate)
    assert false not in found.tags
    np.testing.assert_allclose(found.base_from_object.translation, POSE.translation, atol=1e-6)


def test_two_tags_that_disagree_are_refused() -> None:
    detections = see(POSE)
    two = Detections(detections.tags[:2], ())
    refused = estimate(shifted(two, two.tags[1].id, 6.0))
    assert isinstance(refused, Refusal)
    assert refused.cause is Cause.INCONSISTENT


def test_nothing_seen_and_nothing_trusted_are_told_apart() -> None:
    unseen = estimate(Detections((), ()))
    doubtful = estimate(Detections((), (RejectedTag(0, np.zeros((4, 2)), "its contrast is 3 grey levels"),)))
    assert isinstance(unseen, Refusal)
    assert isinstance(doubtful, Refusal)
    assert unseen.cause is Cause.NOT_SEEN
    assert doubtful.cause is Cause.DOUBTFUL
    assert "contrast" in doubtful.reason


def test_tags_of_other_objects_are_none_of_its_business() -> None:
    detections = see(POSE)
    other = replace(detections.tags[0], id=77)
    found = estimate(Detections((*detections.tags, other, other), ()))
    assert isinstance(found, ObjectEstimate)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_corners_anywhere_give_a_finite_pose_or_a_refusal(seed: int, planar: bool) -> None:
    rng = np.random.default_rng(seed)
    detections = see(POSE)
    tags = tuple(replace(t, corners=rng.uniform(-100.0, 740.0, (4, 2))) for t in detections.tags[: rng.integers(1, 4)])
    found = estimate(Detections(tags, ()), PLANE if planar else None)
    if isinstance(found, ObjectEstimate):
        assert np.isfinite(found.covariance).all()
        assert found.reprojection < EstimationParameters().max_reprojection
    else:
        assert found.reason


def test_parameters_out_of_range_are_named() -> None:
    for field, value in (("max_reprojection", 0.0), ("max_ambiguity", 1.5), ("max_distance", math.nan)):
        with pytest.raises(ValueError, match=field):
            EstimationParameters(**{field: value})
    with pytest.raises(ValueError, match="height"):
        replace(PLANE, height=math.nan)
    with pytest.raises(ValueError, match="height_sd"):
        replace(PLANE, height_sd=-1.0)
    with pytest.raises(ValueError, match="max_tilt"):
        replace(PLANE, max_tilt=2.0)
