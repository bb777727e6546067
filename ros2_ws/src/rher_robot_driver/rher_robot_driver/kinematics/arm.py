# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Forward, differential and inverse kinematics of a UR arm, from joint angles to the TCP in base_link.

base_link is UR's own base frame turned by pi about z, so that x points forward (REP-103). The turn is inside: no
caller meets UR's base frame. The pose and Jacobian are written out for the geometry that all UR arms share, because
a servo asks for them at every tick.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.dh import JOINTS, UR_ALPHA, ArmModel
from rher_robot_driver.kinematics.orientation import orientation_error

Vector = NDArray[np.float64]

ALPHA_TOLERANCE = 1e-9
"""How far a link twist may be from UR's [rad]."""
INVERSE_TOLERANCE = 1e-9
"""Pose error at which the inverse is found [m], [rad]."""
INVERSE_ITERATIONS = 200
"""Newton steps after which a pose is called unreachable."""
INVERSE_DAMPING = 0.1
"""Damping for each unit of squared pose error: large far away, none at the solution."""
INVERSE_MAX_STEP = 0.5
"""Greatest joint change of one Newton step [rad]; keeps the branch of the start."""

Pose = tuple[Vector, Vector]
"""Position [m], shape (3,), and rotation matrix, shape (3, 3)."""


class ArmKinematics:
    """Kinematics of one arm with one tool.

    Args:
        model: The arm; its DH table must have UR's pattern of zero lengths and twists.
        tcp_offset: The TCP in the flange frame tool0: a distance along z [m], or position [m] and rotation matrix.

    Raises:
        ValueError: The DH table is not that of a UR arm, or the offset is not finite.
    """

    def __init__(self, model: ArmModel, tcp_offset: float | Pose = 0.0) -> None:
        dh = model.dh
        (a1, a2, a3, a4, a5, a6), (d1, d2, d3, d4, d5, d6) = dh.a, dh.d
        if any((a1, a4, a5, a6, d2, d3)) or not np.allclose(dh.alpha, UR_ALPHA, rtol=0.0, atol=ALPHA_TOLERANCE):
            raise ValueError(f"dh of {model.name} is {dh}; allowed: only a2, a3, d1, d4, d5, d6 and UR's link twists")
        if isinstance(tcp_offset, int | float):
            tcp_offset = (np.array((0.0, 0.0, float(tcp_offset))), np.eye(3))
        position, rotation = (np.array(part, dtype=np.float64) for part in tcp_offset)
        if position.shape != (3,) or rotation.shape != (3, 3) or not np.isfinite(position).all():
            raise ValueError(f"tcp_offset is {tcp_offset}; allowed: finite position (3,) and rotation (3, 3)")
        if not np.allclose(rotation @ rotation.T, np.eye(3)) or np.linalg.det(rotation) < 0.0:
            raise ValueError(f"rotation of tcp_offset is {rotation.tolist()}; allowed: a rotation matrix")
        self.model = model
        self.tcp_offset: Pose = (position, rotation)
        self._lengths = (a2, a3, d1, d4, d5, d6)
        self._offset = tuple(position.tolist())
        self._tool_rotation = None if np.array_equal(rotation, np.eye(3)) else rotation
        self._lower = np.array(model.joint_lower)
        self._upper = np.array(model.joint_upper)

    def forward(self, q: Sequence[float] | Vector) -> Pose:
        """Return the pose of the TCP in base_link.

        Args:
            q: Joint positions [rad], shape (6,).

        Returns:
            Position [m], shape (3,), and rotation matrix, shape (3, 3).
        """
        position, rotation, _ = self.forward_and_jacobian(q)
        return position, rotation

    def jacobian(self, q: Sequence[float] | Vector) -> Vector:
        """Return the Jacobian of the TCP in base_link, shape (6, 6): linear [m/rad], then angular [rad/rad] rows."""
        return self.forward_and_jacobian(q)[2]

    def forward_and_jacobian(self, q: Sequence[float] | Vector) -> tuple[Vector, Vector, Vector]:
        """Return position, rotation and Jacobian of the TCP in base_link in one pass.

        The columns of the Jacobian are z_i x (p - o_i) over z_i, with axis z_i and origin o_i of joint i (Siciliano
        et al., Robotics, section 3.1). The axes of joints 2, 3 and 4 are parallel.

        Args:
            q: Joint positions [rad], shape (6,).

        Returns:
            Position [m], shape (3,); rotation matrix, shape (3, 3); Jacobian, shape (6, 6).
        """
        q1, q2, q3, q4, q5, q6 = q.tolist() if isinstance(q, np.ndarray) else q
        a2, a3, d1, d4, d5, d6 = self._lengths
        # The turn by pi from UR's base to base_link changes the sign of x and y, that is of cos(q1) and sin(q1).
        c1, s1 = -math.cos(q1), -math.sin(q1)
        q23 = q2 + q3
        q234 = q23 + q4
        c234, s234 = math.cos(q234), math.sin(q234)
        c5, s5 = math.cos(q5), math.sin(q5)
        c6, s6 = math.cos(q6), math.sin(q6)

        # Origins of joints 3 and 4 in the arm's vertical plane: reach and height over the shoulder.
        reach3, height3 = a2 * math.cos(q2), a2 * math.sin(q2)
        reach4, height4 = reach3 + a3 * math.cos(q23), height3 + a3 * math.sin(q23)

        # Axes: (s1, -c1, 0) for joints 2 to 4, (ux, uy, uz) for joint 5, (wx, wy, wz) for joint 6 and the flange.
        ux, uy, uz = s234 * c1, s234 * s1, -c234
        wx, wy, wz = c5 * s1 - s5 * c234 * c1, -c5 * c1 - s5 * c234 * s1, -s5 * s234

        # x and y of the flange: those of frame 5, (x5, -u), turned by q6.
        x5x, x5y, x5z = c5 * c234 * c1 + s5 * s1, c5 * c234 * s1 - s5 * c1, c5 * s234
        xx, xy, xz = c6 * x5x - s6 * ux, c6 * x5y - s6 * uy, c6 * x5z - s6 * uz
        yx, yy, yz = -s6 * x5x - c6 * ux, -s6 * x5y - c6 * uy, -s6 * x5z - c6 * uz

        # Lever arms from the origins of joints 6, 5 and 4 to the TCP.
        tx, ty, tz = self._offset
        tz += d6
        l6x, l6y, l6z = tx * xx + ty * yx + tz * wx, tx * xy + ty * yy + tz * wy, tx * xz + ty * yz + tz * wz
        l5x, l5y, l5z = l6x + d5 * ux, l6y + d5 * uy, l6z + d5 * uz
        l4x, l4y = l5x + d4 * s1, l5y - d4 * c1
        px, py, pz = l4x + reach4 * c1, l4y + reach4 * s1, l5z + height4 + d1

        # (s1, -c1, 0) x lever for joints 2 to 4: the vertical lever moves the TCP in the plane, the reach lifts it.
        lever = c1 * l5x + s1 * l5y
        vertical2, vertical3, vertical4 = l5z + height4, l5z + height4 - height3, l5z
        reach_a, reach_b, reach_c = lever + reach4, lever + reach4 - reach3, lever
        jacobian = np.array(
            (
                -py, -c1 * vertical2, -c1 * vertical3, -c1 * vertical4, uy * l5z - uz * l5y, wy * l6z - wz * l6y,
                px, -s1 * vertical2, -s1 * vertical3, -s1 * vertical4, uz * l5x - ux * l5z, wz * l6x - wx * l6z,
                0.0, reach_a, reach_b, reach_c, ux * l5y - uy * l5x, wx * l6y - wy * l6x,
                0.0, s1, s1, s1, ux, wx,
                0.0, -c1, -c1, -c1, uy, wy,
                1.0, 0.0, 0.0, 0.0, uz, wz,
            )
        ).reshape(JOINTS, JOINTS)  # fmt: skip
        rotation = np.array((xx, yx, wx, xy, yy, wy, xz, yz, wz)).reshape(3, 3)
        if self._tool_rotation is not None:
            rotation = rotation @ self._tool_rotation
        return np.array((px, py, pz)), rotation, jacobian

    def relative_manipulability(self, q: Sequence[float] | Vector) -> float:
        """Return how far the arm is from a singularity, from 0 (singular) towards 1, the same scale for all UR arms.

        For UR's geometry the determinant of the Jacobian is a2 a3 sin(q3) sin(q5) (a2 cos(q2) + a3 cos(q2 + q3) +
        d5 sin(q2 + q3 + q4)): it vanishes with the elbow straight, with wrist 2 straight, and with the wrist over
        the shoulder. This is its absolute value over |a2 a3| (|a2| + |a3|).
        """
        _, q2, q3, q4, q5, _ = q.tolist() if isinstance(q, np.ndarray) else q
        a2, a3, _, _, d5, _ = self._lengths
        reach = a2 * math.cos(q2) + a3 * math.cos(q2 + q3) + d5 * math.sin(q2 + q3 + q4)
        return abs(math.sin(q3) * math.sin(q5) * reach) / (abs(a2) + abs(a3))

    def condition_number(self, q: Sequence[float] | Vector) -> float:
        """Return the condition number of the Jacobian in metres and radians; infinite at a singularity."""
        return float(np.linalg.cond(self.jacobian(q)))

    def inverse(self, position: Vector, rotation: Vector, q_start: Sequence[float] | Vector) -> Vector:
        """Return the joints that bring the TCP to a pose, on the branch of the start.

        Newton steps with damping in proportion to the squared error (Sugihara, T-RO 27(5), 2011): robust far away,
        quadratic at the end.

        Args:
            position: Of the TCP in base_link [m], shape (3,).
            rotation: Of the TCP in base_link, shape (3, 3).
            q_start: Joint positions to start from [rad], shape (6,).

        Returns:
            Joint positions [rad], shape (6,), within the joint limits; the pose error is at most 1e-9 m and rad.

        Raises:
            ValueError: The pose is out of reach from this start, or only beyond a joint limit.
        """
        q = np.array(q_start, dtype=np.float64)
        for _ in range(INVERSE_ITERATIONS):
            here, orientation, jacobian = self.forward_and_jacobian(q)
            error = np.concatenate((position - here, orientation_error(rotation, orientation)))
            if np.abs(error).max() <= INVERSE_TOLERANCE:
                if (q < self._lower).any() or (q > self._upper).any():
                    raise ValueError(f"the joints {q.round(3)} rad that reach {position} m are beyond the joint limits")
                return q
            damping = INVERSE_DAMPING * float(error @ error)
            step = np.linalg.solve(jacobian.T @ jacobian + damping * np.eye(JOINTS), jacobian.T @ error)
            q += step * min(1.0, INVERSE_MAX_STEP / max(float(np.abs(step).max()), INVERSE_MAX_STEP))
        raise ValueError(f"{self.model.name} cannot reach {np.round(position, 4)} m with this orientation")
