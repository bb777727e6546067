# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Who looks at the page of a web view, over the wire but without a browser: it is there, and draws nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import viser
from websockets.sync.client import connect
from websockets.sync.connection import Connection
from websockets.typing import Subprotocol

GREATEST_MESSAGE = 2**26
"""[byte]"""


@contextmanager
def looking(port: int) -> Iterator[Connection]:
    """Look at the page of this computer, as the page does, until the block ends."""
    protocol = Subprotocol(f"viser-v{viser.__version__}")
    with connect(f"ws://127.0.0.1:{port}", subprotocols=[protocol], max_size=GREATEST_MESSAGE) as connection:
        # Who has told of its camera counts as one that looks.
        camera = {
            "type": "ViewerCameraMessage",
            "wxyz": (1.0, 0.0, 0.0, 0.0),
            "position": (1.0, 0.0, 1.0),
            "fov": 1.0,
            "near": 0.01,
            "far": 100.0,
            "image_height": 480,
            "image_width": 640,
            "look_at": (0.0, 0.0, 0.0),
            "up_direction": (0.0, 0.0, 1.0),
        }
        connection.send(msgspec.msgpack.encode(camera))
        yield connection
