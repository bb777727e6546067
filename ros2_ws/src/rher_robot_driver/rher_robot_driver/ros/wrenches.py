# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The force on the tool as rviz2 draws it: in the frame of the TCP, where it acts."""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import WrenchStamped
from numpy.typing import NDArray
from rher_agent.ros.conversions import fill_header, fill_wrench
from transforms3d.quaternions import qinverse, rotate_vector

from rher_robot_driver.description.frames import TCP

Vector = NDArray[np.float64]


def wrench_message(wrench: Vector, tcp_orientation: Vector, stamp_ns: int) -> WrenchStamped:
    """Return a wrench on the TCP with its stamp [ns] as a message in the frame of the TCP.

    Args:
        wrench: Force [N] then torque [N m] in base_link, shape (6,).
        tcp_orientation: Of the TCP in base_link, quaternion w, x, y, z, shape (4,).
        stamp_ns: When it was measured [ns].
    """
    turn = qinverse(tcp_orientation)
    message = WrenchStamped()
    fill_header(message.header, stamp_ns)
    message.header.frame_id = TCP
    fill_wrench(message.wrench, np.concatenate((rotate_vector(wrench[:3], turn), rotate_vector(wrench[3:], turn))))
    return message
