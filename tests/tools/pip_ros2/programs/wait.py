# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Waits for a signal that ends it; the arguments name signals it ignores."""

import os
import signal
import sys

waited_for = {signal.SIGINT, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, waited_for)
sys.stdout.write(f"ready {os.getpid()}\n")
sys.stdout.flush()
while signal.Signals(number := signal.sigwait(waited_for)).name in sys.argv:
    pass
if number == signal.SIGINT:
    sys.stdout.write("got SIGINT\n")
    sys.exit(0)
signal.pthread_sigmask(signal.SIG_UNBLOCK, waited_for)
os.kill(os.getpid(), number)
