# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Universal Robots arms over RTDE: a small process holds the vendor's client, the driver node talks to it."""
