# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Learn to push through the whole graph, once for each seed and learner mode, and keep what the runs say.

Runs follow each other on an otherwise idle machine. Raw tables go to --results; the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

KEPT = ("config.yaml", "progress.csv", "episodes.csv", "summary.json")
"""Files of a run that are published."""
COLUMNS = ("episodes_to_target", "env_steps_to_target", "wall_s_to_target", "success_rate", "strict_success_rate")


def run(seed: int, mode: str, output: Path, arguments: list[str]) -> dict[str, Any]:
    """Run the launch file once; return its summary."""
    launch = ["ros2", "launch", "rher_agent", "sim.launch.py", f"seed:={seed}", f"learner_mode:={mode}"]
    subprocess.run([*launch, f"output:={output}", *arguments], check=False)
    summary: dict[str, Any] = json.loads((output / "summary.json").read_text())
    return summary


def main() -> None:
    """Run all, keep the tables and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--modes", nargs="+", choices=["sync", "async"], default=["sync"])
    parser.add_argument("--results", type=Path, help="folder for the tables, such as docs/results/push")
    parser.add_argument("--label", default="", help="put before the names of the folders")
    parser.add_argument("--arguments", nargs="*", default=[], help="further launch arguments")
    options = parser.parse_args()

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in options.seeds:
            for mode in options.modes:
                output = Path(folder) / "_".join((*filter(None, [options.label]), mode, "seed", str(seed)))
                summary = run(seed, mode, output, options.arguments)
                rows.append({"seed": seed, "mode": mode} | {name: summary[name] for name in COLUMNS})
                if options.results:
                    kept = options.results / output.name
                    kept.mkdir(parents=True, exist_ok=True)
                    for name in KEPT:
                        shutil.copy(output / name, kept / name)
    print("\n" + "  ".join(("seed", "mode ", *COLUMNS)))
    for row in rows:
        values = ("-" if row[name] is None else f"{row[name]:g}" for name in COLUMNS)
        cells = (value.rjust(len(name)) for name, value in zip(COLUMNS, values, strict=True))
        print("  ".join((f"{row['seed']:4d}", row["mode"].ljust(5), *cells)))
    print(json.dumps({"runs": rows}))


if __name__ == "__main__":
    main()
