# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Many training runs from one file: a matrix of methods, tasks and seeds, its table and its pictures."""
