# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Draws a status line; goes on at SIGUSR1."""

import os
import signal
import sys

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
sys.stdout.write("\rstep 1\rstep 2\r")
sys.stdout.flush()
sys.stderr.write(f"ready {os.getpid()}\n")
sys.stderr.flush()
signal.sigwait({signal.SIGUSR1})
sys.stdout.write("done\n")
