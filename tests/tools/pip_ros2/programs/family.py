# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Starts a child that ignores SIGINT, and ends at SIGINT without caring for it."""

import os
import signal
import sys

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
child = os.fork()
if child == 0:
    while True:
        signal.pause()
sys.stdout.write(f"ready {os.getpid()} {child}\n")
sys.stdout.flush()
signal.sigwait({signal.SIGINT})
