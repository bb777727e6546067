# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What sees: from the camera's pixels to where objects are, how sure that is and how old."""
