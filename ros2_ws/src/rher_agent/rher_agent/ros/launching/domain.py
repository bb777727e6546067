# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The ROS domain of a graph, how far discovery reaches, and how pictures pass."""

from __future__ import annotations

import os
from pathlib import Path

from ament_index_python.packages import get_package_share_directory
from launch import LaunchContext, LaunchDescriptionEntity
from launch.actions import DeclareLaunchArgument, LogInfo, RegisterEventHandler, SetEnvironmentVariable
from launch.event_handlers import OnShutdown

from rher_agent.ros.domain import DomainClaim
from rher_agent.ros.launching.arguments import FLAG, argument

AUTO = "auto"
PROFILES = "FASTDDS_DEFAULT_PROFILES_FILE"
"""Environment variable that names the settings of Fast DDS."""
JAZZY_PROFILES = "FASTRTPS_DEFAULT_PROFILES_FILE"
"""Its name in ROS 2 Jazzy."""
GREATEST_DOMAIN = 232
"""Domains above have no ports left."""


def domain_arguments() -> list[DeclareLaunchArgument]:
    """Return the arguments of isolate."""
    return [
        DeclareLaunchArgument(
            "domain_id",
            default_value=AUTO,
            description="ROS domain; auto: $ROS_DOMAIN_ID where set, else one that no other run uses.",
        ),
        DeclareLaunchArgument(
            "open_discovery",
            default_value="false",
            choices=FLAG,
            description="Let other machines of the network see the graph.",
        ),
    ]


def isolate(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """Choose the domain, how far discovery reaches, and how pictures pass. A domain is claimed until the shutdown.

    Raises:
        RuntimeError: The domain asked for does not exist, or none is free.
    """
    domain = argument(context, "domain_id")
    is_open = argument(context, "open_discovery") == "true"
    if domain == AUTO:
        domain = os.environ.get("ROS_DOMAIN_ID", "")
    hold: list[LaunchDescriptionEntity] = []
    if not domain:
        claim = DomainClaim()
        domain = str(claim.domain_id)
        # The handler keeps the claim alive: nothing else does once this description has been visited.
        hold.append(RegisterEventHandler(OnShutdown(on_shutdown=lambda event, context: claim.close())))
    if not (domain.isdecimal() and int(domain) <= GREATEST_DOMAIN):
        raise RuntimeError(f"domain_id is '{domain}'; allowed: {AUTO}, or 0 to {GREATEST_DOMAIN}")
    reach = "SUBNET" if is_open else "LOCALHOST"
    return [
        *hold,
        SetEnvironmentVariable("ROS_DOMAIN_ID", domain),
        SetEnvironmentVariable("ROS_AUTOMATIC_DISCOVERY_RANGE", reach),
        *large_messages(),
        LogInfo(msg=f"to join with another terminal: export ROS_DOMAIN_ID={domain}"),
    ]


def large_messages() -> list[LaunchDescriptionEntity]:
    """Let Fast DDS pass pictures whole, unless the user has settings of their own."""
    profiles = Path(get_package_share_directory("rher_agent")) / "config" / "fastdds.xml"
    name = JAZZY_PROFILES if os.environ.get("ROS_DISTRO") == "jazzy" else PROFILES
    return [] if name in os.environ else [SetEnvironmentVariable(name, str(profiles))]
