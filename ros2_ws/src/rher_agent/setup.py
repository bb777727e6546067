# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from glob import glob

from setuptools import find_packages, setup

package_name = "rher_agent"

setup(
    name=package_name,
    version="0.1.0",
    packages=find_packages(),
    data_files=[
        ("share/ament_index/resource_index/packages", ["resource/" + package_name]),
        ("share/" + package_name, ["package.xml"]),
        ("share/" + package_name + "/launch", glob("launch/*.launch.py")),
        ("share/" + package_name + "/rviz", glob("rviz/*.rviz")),
        ("share/" + package_name + "/policies", glob("policies/*.safetensors")),
        ("share/" + package_name + "/config", glob("config/*.yaml") + glob("config/*.xml")),
    ],
    install_requires=["setuptools"],
    zip_safe=True,
    maintainer="The RHER-ROS authors",
    maintainer_email="maintainers@rher-ros.org",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [
            "episode_manager_node = rher_agent.episode_manager_node:main",
            "policy_node = rher_agent.ros.policy_main:main",
            "session = rher_agent.session_command:main",
            "compare = rher_agent.compare_command:main",
            "export_policy = rher_agent.export_policy_command:main",
            "export_lerobot = rher_agent.export_lerobot_command:main",
            "policy_map = rher_agent.policy_map_command:main",
            "fit_twin = rher_agent.fit_twin_command:main",
            "recorder_node = rher_agent.recorder_node:main",
            "replay = rher_agent.replay_node:main",
            "web_view = rher_agent.web_view_node:main",
            "bench = rher_agent.bench.main:main",
        ]
    },
)
