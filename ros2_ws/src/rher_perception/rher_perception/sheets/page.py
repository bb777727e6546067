# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is on a page of paper, in millimetres: x right and y down from the upper left corner."""

from __future__ import annotations

from dataclasses import dataclass

BLACK, WHITE = 0.0, 1.0
"""Brightness."""


@dataclass(frozen=True)
class Box:
    """A filled rectangle; one with no more width than a pen is a line."""

    x: float
    """Of the left side [mm]."""
    y: float
    """Of the upper side [mm]."""
    width: float
    """[mm]"""
    height: float
    """[mm]"""
    brightness: float = BLACK
    """0 for black to 1 for white."""


@dataclass(frozen=True)
class Text:
    """A line of text."""

    x: float
    """Of its left end [mm]."""
    y: float
    """Of its base line [mm]."""
    size: float
    """Height of its letters from base line to base line [mm]."""
    words: str
    """ASCII."""


@dataclass(frozen=True)
class Page:
    """One page: what is later covers what is earlier."""

    width: float
    """[mm]"""
    height: float
    """[mm]"""
    marks: tuple[Box | Text, ...]
