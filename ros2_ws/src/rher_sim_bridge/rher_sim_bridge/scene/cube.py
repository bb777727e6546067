# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A cube with an AprilTag on every face."""

from __future__ import annotations

import mujoco

from rher_sim_bridge.scene.apriltag import CELL_TEXELS, FACE_CELLS, FACES, cube_texture

DENSITY = 1200.0
"""Solid plastic such as PLA or acrylic [kg/m^3]: 0.15 kg at 5 cm."""


def add_cube(spec: mujoco.MjSpec, name: str, size: float, first_tag: int) -> None:
    """Add a free cube resting on the table at the origin.

    Args:
        spec: Where to add it.
        name: Name of the body, its joint and its geom.
        size: Edge [m].
        first_tag: AprilTag id of the upper face; the other faces count on.
    """
    texels = FACE_CELLS * CELL_TEXELS
    texture = spec.add_texture(
        name=f"{name}_tags",
        type=mujoco.mjtTexture.mjTEXTURE_CUBE,
        width=texels,
        height=FACES * texels,
        nchannel=3,
    )
    texture.data = cube_texture(first_tag).tobytes()
    material = spec.add_material(name=f"{name}_tags")
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = f"{name}_tags"
    body = spec.worldbody.add_body(name=name, pos=(0.0, 0.0, size / 2.0))
    body.add_freejoint(name=name)
    body.add_geom(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_BOX,
        size=(size / 2.0,) * 3,
        density=DENSITY,
        material=f"{name}_tags",
    )
