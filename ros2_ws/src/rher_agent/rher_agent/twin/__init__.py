# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The simulated twin of a real cell: what is measured of the cell, and given to the simulator."""
