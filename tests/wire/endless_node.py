# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Takes an arm and moves it to and fro until it is killed: a driver node that a test may kill.

Prints the process id of its arm process once the arm moves.
"""

from __future__ import annotations

import sys

from rher_robot_driver.ur.protocol import Enable, Phase

from tests.wire.arm_user import ArmUser


def main(address: str) -> None:
    """Move the arm at an address."""
    user = ArmUser(address)
    user.supervisor.start()
    user.state(lambda state: state.phase is Phase.CONNECTED)
    assert user.ask(Enable()).done
    user.move((0.0, 0.15, 0.0, 0.0, 0.0, 0.0), 3)
    sys.stdout.write(f"{user.supervisor.pid}\n")
    sys.stdout.flush()
    while True:
        user.move((0.0, -0.15, 0.0, 0.0, 0.0, 0.0), 5)
        user.move((0.0, 0.15, 0.0, 0.0, 0.0, 0.0), 5)


if __name__ == "__main__":
    main(sys.argv[1])
