# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""An emulated Universal Robots controller, for people and tests without a robot. See docs/ur-controller.md."""
