# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The server of the page."""

from __future__ import annotations

import viser


class PrivateServer(viser.ViserServer):
    """A server of viser that does not share the page.

    The library also puts a page on a public server when a browser asks for it; hiding the button would not keep another
    page of that browser from asking.
    """

    def request_share_url(self, verbose: bool = True) -> str | None:
        """Refuse."""
        return None
