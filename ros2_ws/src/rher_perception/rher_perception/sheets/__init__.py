# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Prints of tags at their true size: what is on a page, and the files that hold it."""
