# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A server of the viewer."""

from __future__ import annotations

import pytest
import viser


@pytest.fixture
def server():
    """Yield a server on a port that nobody else has."""
    server = viser.ViserServer(host="127.0.0.1", port=0, verbose=False)
    yield server
    server.stop()
