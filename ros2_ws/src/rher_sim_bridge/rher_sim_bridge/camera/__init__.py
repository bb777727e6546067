# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A camera that sees a simulated scene: pictures rendered, then spoilt as a lens and a sensor spoil them."""
