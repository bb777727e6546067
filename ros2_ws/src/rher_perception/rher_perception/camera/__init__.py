# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Colour and depth from a RealSense camera, or from librealsense's software device."""
