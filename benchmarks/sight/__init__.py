# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures whose truth is known, the methods that are shown them, and what is made of their answers."""
