# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from rher_agent.ros.domain import DISCOVERY_PORT_BASE, PORTS_PER_DOMAIN, PORTS_PER_PARTICIPANT, DomainClaim


def test_two_claims_never_share_a_domain():
    claims = [DomainClaim() for _ in range(3)]
    assert len({claim.domain_id for claim in claims}) == 3
    for claim in claims:
        claim.close()


def test_domain_of_a_killed_process_is_free_again():
    script = (
        "import sys, rher_agent.ros.domain as d\nc = d.DomainClaim()\nprint(c.domain_id, flush=True)\nsys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
    )
    with child:
        taken = int(child.stdout.readline())
        mine = DomainClaim()
        assert mine.domain_id != taken
        child.kill()
    free = DomainClaim()
    assert free.domain_id <= taken
    mine.close()
    free.close()


@pytest.mark.parametrize("participant_index", [0, 1, 9])
def test_domain_in_use_without_a_claim_is_passed_over(participant_index):
    first = DomainClaim()
    first.close()
    port = DISCOVERY_PORT_BASE + PORTS_PER_DOMAIN * first.domain_id + PORTS_PER_PARTICIPANT * participant_index
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as participant:
        participant.bind(("", port))
        second = DomainClaim()
        assert second.domain_id > first.domain_id
        second.close()


def _environment():
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
