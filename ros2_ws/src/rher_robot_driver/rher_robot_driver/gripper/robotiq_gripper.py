# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The Robotiq gripper for a node that must not wait: a thread speaks with it."""

from __future__ import annotations

import logging
import math
import threading
import time

from rher_robot_driver.gripper.gripper import GripperError, GripperState
from rher_robot_driver.gripper.robotiq import PORT, RobotiqClient, RobotiqSettings

logger = logging.getLogger(__name__)

POLL_PERIOD = 0.1
"""Between two looks at the fingers [s]."""
NOT_ACTIVE = "is not active; it is activated when the arm is enabled"
ACTIVATION = 10.0
"""After which a gripper that was activated and is not active counts as not activated [s]; it takes about two."""
RETRY_PERIOD = 1.0
"""Between two attempts to reach a gripper that does not answer [s]."""


class RobotiqGripper:
    """Keeps the connection, sends what was asked for last and reads the opening.

    A gripper that does not answer is tried again for as long as the driver runs; until then the state tells the fault.
    What was asked for in the meantime is not sent: fingers must not start to move because a cable was plugged in. For
    the same reason a gripper is activated, by which its fingers may travel, only when the arm is enabled after that.

    Args:
        host: Address of the controller.
        settings: Which gripper, and how it moves.
        port: Of the URCap.
    """

    def __init__(self, host: str, settings: RobotiqSettings | None = None, port: int = PORT) -> None:
        self._host = host
        self._port = port
        self._settings = settings or RobotiqSettings()
        self._changed = threading.Condition()
        self._wanted: float | None = None
        self._closing = self._enabled = False
        self._state = GripperState(opening=0.0, fault=f"not connected to {host}:{port} yet")
        self._thread = threading.Thread(target=self._run, name="gripper", daemon=True)
        self._thread.start()

    @property
    def state(self) -> GripperState:
        """What was heard of it last."""
        return self._state

    def enable(self) -> None:
        """Note that the arm was enabled: a gripper that is not active yet is activated, and its fingers may travel."""
        with self._changed:
            self._enabled = True
            self._changed.notify()

    def move(self, opening: float) -> None:
        """Let the fingers go to an opening [m]. Without effect while the state tells a fault."""
        with self._changed:
            if not self._state.fault:
                self._wanted = opening
                self._changed.notify()

    def close(self) -> None:
        """Disconnect and end the thread. The fingers stay as they are."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            fault = self._fault_of_serving()
            with self._changed:
                if fault and fault != self._state.fault:
                    logger.warning("%s", fault)
                self._state = GripperState(self._state.opening, fault)
                self._wanted, self._enabled = None, False
                self._changed.wait_for(lambda: self._closing, RETRY_PERIOD)

    def _fault_of_serving(self) -> str:
        """Serve a gripper until close, or until it fails; return how it failed."""
        try:
            self._serve(RobotiqClient(self._host, self._settings, self._port))
        except GripperError as error:
            return str(error)
        return ""

    def _serve(self, client: RobotiqClient) -> None:
        """Speak with a gripper until close.

        Raises:
            GripperError: It does not answer as it should.
        """
        activated = -math.inf
        try:
            while not self._closing:
                active = client.is_active()
                with self._changed:
                    # Once: a gripper that loses its power later waits for the next time that the arm is enabled.
                    enabled, self._enabled = self._enabled, False
                if active:
                    activated = -math.inf
                elif enabled:
                    client.activate()
                    activated = time.monotonic()
                activating = time.monotonic() - activated < ACTIVATION
                fault = "" if active else "is being activated" if activating else NOT_ACTIVE
                opening = client.opening()
                with self._changed:
                    self._state = GripperState(opening, fault)
                    self._changed.wait_for(lambda: self._closing or self._wanted is not None, POLL_PERIOD)
                    wanted, self._wanted = self._wanted, None
                if wanted is not None:
                    client.move(wanted)
        finally:
            client.close()
