# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a trained policy needs to act: how it sees, and a small part of what a learner saves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rher_agent.algorithms.config import LearnerConfig
from rher_agent.modules.absolute_encoder import AbsoluteEncoder
from rher_agent.modules.action_shape import action_groups
from rher_agent.modules.canonical_frame import CanonicalFrame
from rher_agent.modules.encoder import RelayEncoder
from rher_agent.modules.exchange import Exchange
from rher_agent.modules.normalizer import Normalizer
from rher_agent.modules.policy import Policy, PolicyWeights
from rher_agent.modules.view import View
from rher_agent.tasks.task import RelayTask

ACTOR = "average_actor.0."
NORMALIZER = "normalizer."
PARTS = (ACTOR, NORMALIZER)
"""How the names of the arrays begin that acting needs."""


def make_view(task: RelayTask, config: LearnerConfig) -> View:
    """Return how the networks of a learner see a task."""
    is_exchanged = config.exchange and task.objects_alike
    exchange = Exchange(task, config.hindsight) if is_exchanged else None
    encoder_type = RelayEncoder if config.view == "relative" else AbsoluteEncoder
    encoder = encoder_type(task, roles=exchange.roles if exchange else None)
    frame = CanonicalFrame(encoder) if config.symmetry and task.planar_symmetry else None
    return View(encoder, frame, exchange)


def make_normalizer(encoder: RelayEncoder, config: LearnerConfig) -> Normalizer:
    """Return the normaliser of an encoder's features, without data."""
    return Normalizer(encoder.size, epsilon=config.normalizer_epsilon, clip=config.normalizer_clip)


def masked_features(normalizer: Normalizer, config: LearnerConfig) -> NDArray[np.float32] | None:
    """Return what masked features are set to, shape (size,); None for 0."""
    if config.masked == "zero":
        return None
    return normalizer.normalize(np.zeros((1, len(normalizer.total)), np.float32))[0]


def restore_policy(
    task: RelayTask, config: LearnerConfig, arrays: Mapping[str, NDArray[Any]], plain: Mapping[str, Any]
) -> Policy:
    """Return the averaged policy that a learner saved.

    Args:
        task: What it was learned for.
        config: Of the learner.
        arrays: As RelayLearner.state gives them, at least those of PARTS.
        plain: As RelayLearner.state gives them, at least normalizer_count.

    Raises:
        ValueError: An array is missing, or of networks of another shape.
    """
    view = make_view(task, config)
    encoder, normalizer = view.encoder, make_normalizer(view.encoder, config)
    sums = (_array(arrays, f"{NORMALIZER}{name}", (encoder.size,)) for name in ("total", "total_square"))
    normalizer.load(float(plain["normalizer_count"]), *sums)
    widths = (encoder.input_size, *[config.hidden] * config.layers, task.action_size)
    layers = tuple(
        (
            _array(arrays, f"{ACTOR}weight.{index}", widths[index : index + 2]),
            _array(arrays, f"{ACTOR}bias.{index}", widths[index + 1 : index + 2]),
        )
        for index in range(len(widths) - 1)
    )
    groups, masked = action_groups(task, config.action_shape), masked_features(normalizer, config)
    return Policy(view, PolicyWeights(layers, normalizer, groups, masked))


def _array(arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    found = arrays.get(name)
    if found is None or found.shape != shape:
        raise ValueError(f"{name} is of shape {None if found is None else found.shape}; allowed: {shape}")
    return np.asarray(found)
