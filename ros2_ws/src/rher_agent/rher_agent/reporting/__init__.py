# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a run leaves and shows: its directory, tables, plots, summary and the line in the terminal."""
