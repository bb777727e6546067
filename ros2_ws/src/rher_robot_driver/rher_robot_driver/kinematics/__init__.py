# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the TCP is, how it moves with the joints, and which joints bring it where it should be."""
