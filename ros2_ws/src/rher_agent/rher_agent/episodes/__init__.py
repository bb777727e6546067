# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Between two episodes on a table: the object is brought back by contact, the arm to its start, a person only asked."""
