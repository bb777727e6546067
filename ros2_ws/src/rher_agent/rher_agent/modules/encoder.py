# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From observations and goals to what the networks see: relative, slot-encoded, and the same for every role."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.roles import Roles, roles_of_stages
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_agent.tasks.task import RelayTask


class RelayEncoder:
    """Encodes B observations with their goals as features.

    The order of the features: height of the TCP; per object its position relative to the TCP and its height; free
    vectors, the axial ones last; yaws; scalars; the reach slot (reach goal - TCP); one slot per object (object goal -
    object). Absolute horizontal positions are hidden: a push looks the same everywhere. A slot that a role does not
    use is masked after normalisation, so that it is exactly zero (the released RHER masks before, which makes it a
    constant, see LearnerConfig.masked). A one-hot of the role is appended by `mask_and_tag`.

    Attributes:
        size: Number of features, before the one-hot of the role.
        input_size: Number of network inputs, the one-hot included.
        planar_pairs: Index pairs of features that turn with the world, shape (P, 2).
        yaw_pairs: Index pairs (cos n yaw, sin n yaw), shape (Y, 2).
        yaw_symmetries: The n of each of yaw_pairs, shape (Y,).
        axial: Indices of the entries of axial vectors, which a mirror turns the other way too, shape (3 A,).
        ahead: For each role the first index of the planar pair that is its way to the goal, shape (roles,).
        side: For each role the first index of the pair that matters second: where the object lies as seen from the
            TCP where it is to be moved, the velocity of the TCP where it is to be reached; shape (roles,).
    """

    def __init__(self, task: RelayTask, *, roles: Roles | None = None, positions: int | None = None) -> None:
        """Read the task.

        Args:
            task: Whose observations.
            roles: What there is to do; None for the stages of the task.
            positions: Number of leading features that tell positions, where an encoder tells others than this one.
        """
        self._layout = layout = task.layout
        self._rules = StageRules(task)
        roles = roles or roles_of_stages(self._rules)
        objects = len(task.object_names)
        vectors = (*layout.vectors, *layout.axial_vectors)
        self._vectors = np.concatenate([np.arange(s.start, s.stop) for s in vectors]).astype(np.int64)
        yaws = [np.arange(s.start, s.stop) for s in layout.yaws]
        self._yaws = np.concatenate([*yaws, np.zeros(0)]).astype(np.int64)

        vectors_at = 1 + 4 * objects if positions is None else positions
        yaws_at = vectors_at + len(self._vectors)
        slots_at = yaws_at + len(self._yaws) + (layout.scalars.stop - layout.scalars.start)
        self._slots_at = slots_at
        self.size = slots_at + 3 + 3 * objects
        self.input_size = self.size + len(roles.is_reach)
        starts = [1 + 4 * i for i in range(objects)]
        starts += range(vectors_at, yaws_at, 3)
        starts += range(slots_at, self.size, 3)
        self.planar_pairs = np.array([(s, s + 1) for s in starts])
        self.yaw_pairs = np.array([(s, s + 1) for s in range(yaws_at, yaws_at + len(self._yaws), 2)]).reshape(-1, 2)
        self.yaw_symmetries = np.array(layout.yaw_symmetries, dtype=np.int64)
        self.axial = np.arange(yaws_at - 3 * len(layout.axial_vectors), yaws_at)

        self.ahead = np.where(roles.reaches_leader, slots_at, slots_at + 3 + 3 * roles.leader)
        self.side = np.where(roles.reaches_leader, vectors_at, 1 + 4 * roles.leader)

        slot_mask = np.concatenate((roles.is_reach[:, None], roles.holds), axis=1)
        self._mask = np.ones((len(slot_mask), self.size), dtype=np.float32)
        self._mask[:, slots_at:] = np.repeat(slot_mask, 3, axis=1)
        self._one_hot = np.eye(len(slot_mask), dtype=np.float32)

    def features(self, observations: NDArray[np.float64], goals: Goals) -> NDArray[np.float32]:
        """Encode observations (B, layout.size) with their goals; shape (B, size), not normalised, not masked."""
        layout = self._layout
        rows = len(observations)
        tcp = self._rules.tcp_positions(observations)
        objects = self._rules.object_positions(observations)
        relative = np.concatenate((objects - tcp[:, None], objects[:, :, 2:]), axis=2)
        parts = (
            tcp[:, 2:],
            relative.reshape(rows, -1),
            observations[:, self._vectors],
            observations[:, self._yaws],
            observations[:, layout.scalars],
            goals.reach - tcp,
            (goals.objects - objects).reshape(rows, -1),
        )
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def mask_and_tag(
        self, normalized: NDArray[np.float32], roles: NDArray[np.int64], masked: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Mask the slots that each row's role does not use and append its one-hot; shape (B, input_size).

        Args:
            normalized: Features, shape (B, size).
            roles: Of the rows, shape (B,).
            masked: What masked features are set to, shape (size,); None for 0.
        """
        rows = normalized * self._mask[roles]
        if masked is not None:
            rows += masked * (1.0 - self._mask[roles])
        return np.concatenate((rows, self._one_hot[roles]), axis=1)
