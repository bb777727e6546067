# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Writes its arguments, and the parameter files among them, as one line of JSON."""

import itertools
import json
import pathlib
import sys

arguments = sys.argv[1:]
files = [pathlib.Path(path).read_text() for flag, path in itertools.pairwise(arguments) if flag == "--params-file"]
sys.stdout.write(json.dumps({"arguments": arguments, "files": files}) + "\n")
