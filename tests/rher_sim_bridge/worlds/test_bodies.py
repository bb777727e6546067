# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Bodies are put where an episode begins, each in its own way."""

from __future__ import annotations

import math

import mujoco
import numpy as np
import pytest
from rher_sim_bridge.worlds.bodies import find_body

SCENE = """
<mujoco>
  <worldbody>
    <body name="free"><freejoint/><geom size="0.02"/></body>
    <body name="sliding" pos="0.5 0.1 0.2"><joint type="slide" axis="-1 0 0"/><geom size="0.02"/></body>
    <body name="standing" mocap="true"><geom size="0.02"/></body>
    <body name="turning"><joint type="hinge"/><geom size="0.02"/></body>
  </worldbody>
</mujoco>
"""


@pytest.fixture
def scene():
    model = mujoco.MjModel.from_xml_string(SCENE)
    return model, mujoco.MjData(model)


@pytest.mark.parametrize(
    ("name", "place", "ends"),
    [
        ("free", (0.3, 0.2, 0.1), (0.3, 0.2, 0.1)),
        ("standing", (0.3, 0.2, 0.1), (0.3, 0.2, 0.1)),
        ("sliding", (0.3, 0.2, 0.1), (0.3, 0.1, 0.2)),
    ],
)
def test_a_body_comes_to_where_it_can_be(scene, name, place, ends):
    model, data = scene
    find_body(model, data, name).place(np.array(place), math.pi / 2.0)
    mujoco.mj_forward(model, data)
    np.testing.assert_allclose(data.body(name).xpos, ends, atol=1e-12)
    turned = (0.0, 1.0, 0.0) if name != "sliding" else (1.0, 0.0, 0.0)
    np.testing.assert_allclose(data.body(name).xmat.reshape(3, 3)[:, 0], turned, atol=1e-12)


def test_a_body_that_cannot_be_placed_is_refused(scene):
    with pytest.raises(ValueError, match="body 'turning' cannot be placed; allowed: with a free joint, a slide, or"):
        find_body(*scene, "turning")
