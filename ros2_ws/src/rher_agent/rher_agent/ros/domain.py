# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A ROS domain that no other run on this machine uses, so that two runs side by side do not hear each other."""

from __future__ import annotations

import errno
import socket

CANDIDATES = range(1, 102)
"""Domains whose ports lie below Linux's ephemeral range; 0 is what everybody else uses."""
DISCOVERY_PORT_BASE = 7410
"""Port on which the first participant of domain 0 hears of others (DDSI-RTPS 2.5, 9.6.2)."""
PORTS_PER_DOMAIN = 250
"""Distance between the ports of two domains (DDSI-RTPS 2.5, 9.6.2)."""
PORTS_PER_PARTICIPANT = 2
"""Distance between the discovery ports of two participants of a domain (DDSI-RTPS 2.5, 9.6.2)."""
PARTICIPANTS = 10
"""Participants looked for: one that was orphaned keeps its port when those before it have left."""


class DomainClaim:
    """Holds a free domain until close, or until the process ends in whatever way.

    The claim is a Unix socket with an abstract name: it leaves no file and reaches exactly as far as discovery does,
    the network namespace. Runs that make no claim are recognised by the discovery ports that their participants hold.

    Attributes:
        domain_id: The domain claimed.

    Raises:
        RuntimeError: Every domain is in use.
    """

    def __init__(self) -> None:
        for domain_id in CANDIDATES:
            claim = _claim(domain_id)
            if claim is None:
                continue
            if _is_silent(domain_id):
                self.domain_id = domain_id
                self._claim = claim
                return
            claim.close()
        raise RuntimeError(f"no ROS domain from {CANDIDATES[0]} to {CANDIDATES[-1]} is free on this machine")

    def close(self) -> None:
        """Give the domain back."""
        self._claim.close()


def _claim(domain_id: int) -> socket.socket | None:
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0rher_ros_domain_{domain_id}")
    except OSError as error:
        claim.close()
        if error.errno != errno.EADDRINUSE:
            raise
        return None
    return claim


def _is_silent(domain_id: int) -> bool:
    """Tell whether nobody on this machine hears on the first discovery ports of a domain."""
    first = DISCOVERY_PORT_BASE + PORTS_PER_DOMAIN * domain_id
    return all(_is_free(first + PORTS_PER_PARTICIPANT * participant) for participant in range(PARTICIPANTS))


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True
