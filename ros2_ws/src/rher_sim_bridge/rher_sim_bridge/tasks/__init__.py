# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The half of every task that is seen and touched, under the name of the half that decides in rher_agent.tasks."""
