# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the arm looks like: names, frames, shapes and inertia of its links, and the URDF made of them."""
