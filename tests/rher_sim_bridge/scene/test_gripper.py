# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The gripper: a round pusher when welded shut, two sliding fingers when it opens."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest
from rher_sim_bridge.scene.gripper import FINGER_JOINTS, FINGER_TRAVEL, TIP_GEOM, TOOL_LENGTH, Gripper, add_gripper


def compile_gripper(gripper: Gripper) -> mujoco.MjModel:
    spec = mujoco.MjSpec()
    spec.compiler.degree = False
    add_gripper(spec, spec.worldbody.add_body(name="flange"), gripper)
    return spec.compile()


def test_closed_it_is_one_round_tip_on_the_axis_of_the_tool() -> None:
    model = compile_gripper(Gripper(tip_radius=0.0125))
    tip = model.geom(TIP_GEOM)
    assert tip.type[0] == mujoco.mjtGeom.mjGEOM_CAPSULE
    assert tip.size[0] == 0.0125
    np.testing.assert_allclose(tip.pos[:2], 0.0, atol=1e-12)
    # The straight part of the capsule covers the TCP, where it meets a cube.
    assert tip.pos[2] - tip.size[1] < TOOL_LENGTH < tip.pos[2] + tip.size[1]
    touching = [i for i in range(model.ngeom) if model.geom_contype[i]]
    assert sorted(model.geom(i).name for i in touching) == ["palm", TIP_GEOM]


def test_fingers_open_by_their_servos_and_close_onto_one_axis() -> None:
    model = compile_gripper(Gripper(tip_radius=0.0125, opens=True))
    data = mujoco.MjData(model)
    data.ctrl[:] = FINGER_TRAVEL
    mujoco.mj_step(model, data, 500)
    tips = [data.geom(f"{name}_{TIP_GEOM}").xpos.copy() for name in FINGER_JOINTS]
    np.testing.assert_allclose(tips[0][1] - tips[1][1], 2.0 * FINGER_TRAVEL, atol=1e-3)
    data.ctrl[:] = 0.0
    mujoco.mj_step(model, data, 500)
    tips = [data.geom(f"{name}_{TIP_GEOM}").xpos.copy() for name in FINGER_JOINTS]
    np.testing.assert_allclose(tips[0], tips[1], atol=1e-3)


@pytest.mark.parametrize("radius", [0.0, 0.008, 0.017, float("nan")])
def test_a_tip_that_would_not_touch_first_is_refused(radius: float) -> None:
    with pytest.raises(ValueError, match="tip_radius"):
        Gripper(tip_radius=radius)
