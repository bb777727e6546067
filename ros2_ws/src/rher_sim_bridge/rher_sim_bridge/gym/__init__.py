# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The MuJoCo worlds as registered gymnasium goal-environments; importing this package registers them."""
