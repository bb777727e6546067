# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Programs as they arrive at the script port."""

from __future__ import annotations

import pytest
from rher_sim_bridge.ur_controller.script import PathMove, Script, ScriptReader

PROGRAM = """def rtde_control():
# HEADER_BEGIN
    global reg_offset_float = # float register offset
24    global reg_offset_int = # int register offset
24    global force_mode_type = 2
    def exec_move_path():
        # inject move path
\tsignal_async_progress(0)
\tmovej([0,0.5,0,-1e-3,0,0],a=1.4,v=1.05,r=0)
\tmovel(p[-0.5,0.1,0.2,3.14,0,0],a=0.5,v=0.2,r=0.02)
    end
    if True:
    end
end
"""


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_program_is_complete_at_its_last_end(size):
    reader = ScriptReader()
    data = PROGRAM.encode()
    scripts = []
    for begin in range(0, len(data), size):
        assert not scripts
        scripts += reader.feed(data[begin : begin + size])
    assert scripts == [
        Script(
            "rtde_control",
            offset=24,
            path=(
                PathMove("j", False, (0.0, 0.5, 0.0, -0.001, 0.0, 0.0), speed=1.05, acceleration=1.4),
                PathMove("l", True, (-0.5, 0.1, 0.2, 3.14, 0.0, 0.0), speed=0.2, acceleration=0.5),
            ),
        )
    ]


def test_programs_follow_each_other():
    names = [script.name for script in ScriptReader().feed(b"def a():\nend\ndef b():\n  end\nend\n")]
    assert names == ["a", "b"]
