# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The simulated camera through librealsense: the picture of a scene with its own stamp, and again when asked."""

from __future__ import annotations

import math
import threading
from dataclasses import replace

import numpy as np
import pytest
from rher_agent.tasks.push import PushTask
from rher_perception.camera.errors import CameraLostError
from rher_perception.camera.realsense import RealSenseCamera
from rher_perception.camera.settings import CameraSettings
from rher_sim_bridge.camera.renderer import SceneRenderer
from rher_sim_bridge.camera.sensor import SensorParameters
from rher_sim_bridge.camera.simulated_d435 import SimulatedD435
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

ON_DEMAND = CameraSettings(start_timeout=math.inf, frame_timeout=math.inf)


@pytest.mark.parametrize("depth", [False, True])
def test_pictures_come_out_as_they_went_in_with_the_stamp_of_the_scene(depth: bool) -> None:
    settings = replace(ON_DEMAND, depth=depth)
    simulated = SimulatedD435(SceneRenderer(PushTask(), 640, 480), settings, SensorParameters(), "simulated")
    world = MujocoWorld()
    scene = world.reset_state(0, 0).scene
    simulated.give(simulated.take(1, scene))  # nobody reads yet: it is lost
    camera = RealSenseCamera(settings, simulated.open)
    assert camera.start().serial == "simulated"
    for stamp_ns in (1_500_000_000, 1_600_000_000, 1_600_000_000, 1_700_000_000):
        picture = simulated.take(stamp_ns, scene)
        simulated.give(picture)
        frame = camera.read()
        assert frame.stamp_ns == stamp_ns
        np.testing.assert_array_equal(frame.rgb, picture.rgb)
        assert (frame.depth is not None) == depth
    camera.stop()
    simulated.close()


def test_a_wait_on_demand_ends_when_it_is_interrupted() -> None:
    simulated = SimulatedD435(SceneRenderer(PushTask(), 640, 480), ON_DEMAND, SensorParameters(), "simulated")
    camera = RealSenseCamera(ON_DEMAND, simulated.open)
    camera.start()
    interrupt = threading.Timer(0.0, camera.interrupt)
    interrupt.start()
    with pytest.raises(CameraLostError, match="interrupted"):
        camera.read()
    interrupt.join()
    camera.stop()
    simulated.close()
