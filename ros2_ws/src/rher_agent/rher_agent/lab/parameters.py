# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From one lab to the ROS parameters of every node of its graph, in this one place.

Plain dictionaries by the nodes' own names: this package knows neither driver nor perception, and a test declares what
is here against the real nodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rher_agent.lab.settings import HARD_SPEED, Lab

Parameters = dict[str, Any]
"""Values by name of the parameter."""

RESET_SPEED = 0.1
"""Of the TCP on its way home [m/s]."""
TURN_SPEED, RESET_TURN_SPEED = 0.3, 0.5
"""Of the tool while it is brought upright between episodes, and on its way home [rad/s]."""
ANGULAR_SPEED = 1.0
"""Greatest angular speed of the tool [rad/s]."""
LEAST_SCALE, FULL_SCALE = 0.05, 1.0
"""Of the speed."""


def check_scale(scale: float) -> None:
    """Refuse a share of the speed that is none.

    Raises:
        ValueError: It is none.
    """
    if not LEAST_SCALE <= scale <= FULL_SCALE:
        raise ValueError(f"scale is {scale}; allowed: {LEAST_SCALE} to {FULL_SCALE}")


def task_parameters(lab: Lab, scale: float = FULL_SCALE) -> Parameters:
    """Return the geometry and pace of the push task, which policy and episode manager share.

    Args:
        lab: The lab.
        scale: Share of the full speed.
    """
    task = lab.task
    parameters = task.parameters
    return {
        f"{task.name}.center": list(parameters.center),
        f"{task.name}.square": parameters.square,
        f"{task.name}.table_height": parameters.table_height,
        f"{task.name}.cube_size": parameters.cube_size,
        f"{task.name}.tool_radius": parameters.tool_radius,
        f"{task.name}.tcp_clearance": parameters.tcp_clearance,
        f"{task.name}.keeps_object": parameters.keeps_object,
        f"{task.name}.v_max": lab.robot.speed_share * (HARD_SPEED * scale),
    }


def episode_manager_parameters(lab: Lab, scale: float = FULL_SCALE) -> Parameters:
    """Return what the episode manager needs besides the task: how high, far and fast it may go, and where it parks.

    Args:
        lab: The lab.
        scale: Share of the full speed.
    """
    workspace = lab.workspace
    return {
        "turn_speed": TURN_SPEED * scale,
        "travel_height": lab.travel_height,
        "reach": workspace.reach,
        "park_offset": [place - middle for place, middle in zip(workspace.park, workspace.center, strict=False)],
        "park_height": workspace.park[2] - lab.table.height,
    }


def driver_parameters(lab: Lab, scale: float = FULL_SCALE) -> Parameters:
    """Return what the driver node needs: which arm, and the limits of this table.

    Args:
        lab: The lab.
        scale: Share of the full speed; the hard limit is scaled too, so that nothing can be faster.
    """
    robot, home = lab.robot, lab.workspace.home
    lower, upper = lab.tcp_box
    return {
        "robot_ip": robot.ip,
        "robot_model": robot.model,
        "servo_rate": robot.servo_rate,
        "tcp_offset": robot.tcp_offset,
        "payload": robot.payload,
        "safety.workspace_lower": list(lower),
        "safety.workspace_upper": list(upper),
        "safety.table_height": lab.table.height,
        "safety.max_linear_speed": HARD_SPEED * scale,
        "safety.max_angular_speed": ANGULAR_SPEED * scale,
        "safety.speed_share": robot.speed_share,
        "reset.position": list(home),
        "reset.travel_height": home[2],
        "reset.angular_speed": RESET_TURN_SPEED * scale,
        "reset.speed": min(RESET_SPEED, robot.speed_share * (HARD_SPEED * scale)),
    }


def camera_parameters(lab: Lab) -> Parameters:
    """Return what the node of the camera needs."""
    camera = lab.camera
    return {"serial": camera.serial, "width": camera.width, "height": camera.height, "fps": camera.fps}


def perception_parameters(lab: Lab) -> Parameters:
    """Return what the perception node needs besides where the camera stands: what it looks for."""
    cube = lab.objects.cube
    return {
        "object.name": lab.task.object_names[0],
        "object.size": cube.size,
        "object.tag_size": cube.tag_size,
        "object.first_tag": cube.first_tag,
        "object.table_height": lab.table.height,
    }


def check_lab_wins(lab: Lab, given: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a parameter that gives one node another table, speed, box or task than the others have.

    Args:
        lab: The lab.
        given: Parameters besides those of the lab, by node and name.

    Raises:
        ValueError: There is one.
    """
    task = task_parameters(lab)
    of_lab = {
        "driver": driver_parameters(lab),
        "perception": perception_parameters(lab),
        "episode_manager": task | episode_manager_parameters(lab),
        "policy": task,
    }
    for node, parameters in of_lab.items():
        if found := sorted(parameters.keys() & given.get(node, {}).keys()):
            raise ValueError(f"params_file sets {', '.join(found)} of {node}; allowed: in the file of the lab, for all")
    prefix = f"{lab.task.name}."
    policy, manager = (
        {name: value for name, value in given.get(node, {}).items() if name.startswith(prefix)}
        for node in ("policy", "episode_manager")
    )
    if policy != manager:
        names = sorted(name for name in policy | manager if policy.get(name) != manager.get(name))
        raise ValueError(
            f"params_file sets {', '.join(names)} of policy and episode_manager; allowed: the same for both"
        )
