# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The process that holds the vendor's client, the motion limits and the servo loop; the driver node starts it.

It outlives a driver node that hangs or dies: then it brings the arm to rest by itself, ends our program and ends.
Should it hang or die itself, the controller's watchdog stops the arm.
"""

from __future__ import annotations

import argparse
import logging
import os
import queue
import signal
import sys
import time
from logging.handlers import QueueHandler, QueueListener

from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.servo import TwistServo, build_servo
from rher_robot_driver.ur.alarm import fatal_after
from rher_robot_driver.ur.arguments import from_json
from rher_robot_driver.ur.channel import Channel
from rher_robot_driver.ur.client import UrClient
from rher_robot_driver.ur.errors import ControllerError, LinkLostError
from rher_robot_driver.ur.exit_codes import EXIT_CONTROLLER, EXIT_DONE, EXIT_LINK_LOST, EXIT_PARAMETERS
from rher_robot_driver.ur.protocol import NOTHING_MEASURED, Phase, SafetyState, State
from rher_robot_driver.ur.session import ArmSession
from rher_robot_driver.ur.settings import UrSettings
from rher_robot_driver.ur.takeover import VENDOR_TIMEOUT

logger = logging.getLogger(__name__)


def main() -> None:
    """Serve one arm until the driver node goes or asks to quit."""
    parser = argparse.ArgumentParser(description="Serves one UR arm; started by the driver node.")
    parser.add_argument("--channel", type=int, required=True, help="file descriptor of the channel to the driver node")
    parser.add_argument("--settings", required=True, help="UrSettings as JSON")
    parser.add_argument("--safety", required=True, help="SafetyParameters as JSON")
    options = parser.parse_args()
    # A handler that only queues: a terminal that does not read must not make a servo period wait.
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[QueueHandler(records)])
    printer = logging.StreamHandler()
    printer.setFormatter(logging.Formatter("[%(levelname)s] arm process: %(message)s"))
    listener = QueueListener(records, printer)
    listener.start()
    try:
        settings = from_json(UrSettings, options.settings)
        safety = from_json(SafetyParameters, options.safety)
        kinematics = ArmKinematics(UR_ARMS[settings.robot_model], settings.tcp_offset)
        servo = build_servo(kinematics, safety, settings.servo_period)
    except ValueError as error:
        logger.error("%s", error)
        code = EXIT_PARAMETERS
    else:
        code = serve(Channel.inherited(options.channel), servo, settings, safety)
    listener.stop()
    sys.stdout.flush()
    # Without the clean-up of the interpreter: the vendor's client may hang in its own after a lost connection.
    os._exit(code)


def serve(channel: Channel, servo: TwistServo, settings: UrSettings, safety: SafetyParameters) -> int:
    """Connect and serve until the session ends.

    Args:
        channel: To the driver node.
        servo: With all limits.
        settings: Which arm, where, and how it is servoed.
        safety: Limits of its motion.

    Returns:
        The exit code.
    """
    channel.send(State(time.monotonic_ns(), Phase.CONNECTING, SafetyState.DISABLED, "", NOTHING_MEASURED))
    try:
        with fatal_after(VENDOR_TIMEOUT):
            client = UrClient(settings)
    except ControllerError as error:
        return _lost(channel, str(error), EXIT_CONTROLLER)
    session = ArmSession(channel, client, servo, settings, safety)
    signal.signal(signal.SIGTERM, lambda *_: session.quit())
    logger.info("connected to %s, software %s", settings.robot_ip, client.version)
    try:
        session.run()
    except LinkLostError as error:
        return _lost(channel, str(error), EXIT_LINK_LOST)
    return EXIT_DONE


def _lost(channel: Channel, reason: str, code: int) -> int:
    logger.error("%s", reason)
    channel.send(State(time.monotonic_ns(), Phase.LOST, SafetyState.LOST, reason, NOTHING_MEASURED, stopped=True))
    return code


if __name__ == "__main__":
    main()
