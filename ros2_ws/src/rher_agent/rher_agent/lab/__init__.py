# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One lab: what stands on its table, read from one file, and the parameters of all nodes that follow from it."""
