# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One rendered world for all tests of perception."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rher_perception.scene import Studio


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    studio = Studio()
    yield studio
    studio.close()
