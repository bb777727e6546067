# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Ends with the exit code that its first argument says."""

import sys

sys.exit(int(sys.argv[1]))
