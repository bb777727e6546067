# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What becomes of a command in the node: on to the arm, answered without motion, or refused.

The admission chain judges the command itself. The gate knows the arm and the episode: while something holds the arm,
and for the rest of an episode in which something did, a command in its turn is not executed but answered with a stopped
state, so that the learner drops the transition and ends the episode instead of waiting for a motion that never comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rher_robot_driver.safety.admission.admission import Admission
from rher_robot_driver.safety.admission.chain import AdmissionChain
from rher_robot_driver.safety.command import TwistCommand
from rher_robot_driver.ur.protocol import Move

NS_PER_S = 1_000_000_000
FIRST_STEP = 1
"""Step of the first command of an episode."""


class Fate(Enum):
    """What becomes of a command."""

    MOVE = "move"
    """It goes to the arm."""
    REPEAT = "repeat"
    """It is the last one, sent again: the state that it caused is the answer."""
    HELD = "held"
    """It is in its turn, but the arm is held or the episode spoilt: a stopped state is the answer."""
    REFUSED = "refused"
    """It must not be; nothing changes."""


@dataclass(frozen=True)
class Verdict:
    """The gate's judgement."""

    fate: Fate
    reason: str = ""
    """Why it is held or refused; empty otherwise."""
    move: Move | None = None
    """What the arm is to do."""
    gripper: float = float("nan")
    """Opening asked for [m]; NaN leaves the gripper alone."""


class CommandGate:
    """Judges the commands of whoever holds the arm.

    Args:
        admission: Judges the commands themselves.
        stale_age: Age at which a command no longer counts [s].
    """

    def __init__(self, admission: AdmissionChain, stale_age: float) -> None:
        self.admission = admission
        self.last = (0, 0)
        """Episode and step admitted last, whatever became of it; step 0 before the first."""
        self.counts = dict.fromkeys((fate.value for fate in Fate), 0)
        """Commands by what became of them."""
        self._stale_age_ns = round(stale_age * NS_PER_S)
        self._holding = "the state of the arm is not known yet"
        self._spoilt: int | None = None
        self._spoilt_by = ""
        self._is_new_writer = False
        self._lender: str | None = None
        self._lent_for = ""
        self._last_is_held = False

    def hold(self, reason: str) -> None:
        """Tell that something holds the arm; the episode at hand is spoilt.

        Raises:
            ValueError: The reason is empty.
        """
        if not reason:
            raise ValueError("reason is empty; allowed: what holds the arm")
        self._holding = reason
        self._spoil(reason)

    def release(self) -> None:
        """Tell that nothing holds the arm any more. A spoilt episode stays spoilt."""
        self._holding = ""

    def spoil(self, reason: str) -> None:
        """End the episode at hand: none of its commands is executed any more."""
        self._spoil(reason)

    def hand_over(self, taker: str) -> None:
        """Give the arm to another writer, whose first episode may have any number.

        Raises:
            ValueError: The arm is lent.
        """
        self._require_own()
        giver = self.admission.writer.holder
        self.admission.writer.hand_over(giver, taker)
        self._spoil(f"'{giver}' handed the arm over to '{taker}'")
        self._is_new_writer = True

    def lend(self, taker: str, reason: str) -> None:
        """Give the arm away until take_back, to one whose commands do not pass here.

        Whoever held it is told meanwhile that it is held; everybody else is refused.

        Args:
            taker: Who has it meanwhile.
            reason: What the arm is lent for.

        Raises:
            ValueError: It is lent already.
        """
        self._require_own()
        self._lender, self._lent_for = self.admission.writer.holder, reason
        self.admission.writer.hand_over(self._lender, taker)
        self._spoil(reason)
        # What the arm had not begun is forgotten, and gets no answer of its own.
        self._last_is_held = True

    def take_back(self) -> None:
        """Give a lent arm back to whoever lent it.

        Raises:
            ValueError: It is not lent.
        """
        if self._lender is None:
            raise ValueError("the arm is not lent; allowed: once after every lend")
        self.admission.writer.hand_over(self.admission.writer.holder, self._lender)
        self._lender = None

    def judge(self, command: TwistCommand, now_ns: int) -> Verdict:
        """Judge a command.

        Args:
            command: As it came.
            now_ns: Time on the clock of the command's stamp [ns].
        """
        verdict = self._judge(command, now_ns)
        self.counts[verdict.fate.value] += 1
        return verdict

    def _judge(self, command: TwistCommand, now_ns: int) -> Verdict:
        if self._lender is not None and command.writer != self._lender:
            return Verdict(Fate.REFUSED, f"'{self._lender}' has lent the arm: {self._lent_for}")
        order = self.admission.order
        if self._begins(command, now_ns):
            order.begin(command.episode)
            self._is_new_writer = False
        admission = self.admission.admit(command, now_ns)
        if admission.repeat:
            return self._repeat()
        admitted = admission.command
        if admitted is None:
            if missed := self._missed(command, admission, now_ns):
                in_turn = order.admit(command, now_ns)
                if in_turn.repeat:
                    return self._repeat()
                if in_turn.command is not None:
                    self.last = (command.episode, command.step)
                    self._spoil(missed)
                    return self._held()
            episode, step = self.last
            at_hand = f"step {step} of episode {episode} came last"
            return Verdict(Fate.REFUSED, f"admission link '{admission.reason}'; {at_hand}")
        self.last = (admitted.episode, admitted.step)
        if self._holding:
            self._spoil(self._holding)
        if self._spoilt == admitted.episode:
            return self._held()
        self._spoilt = None
        self._last_is_held = False
        move = Move(admitted.episode, admitted.step, tuple(admitted.twist.tolist()), admission.reason)
        return Verdict(Fate.MOVE, move=move, gripper=admitted.gripper)

    def _missed(self, command: TwistCommand, admission: Admission, now_ns: int) -> str:
        """Return why a well-meant command cannot be executed: time went by, or a loan. Empty: its own fault."""
        if admission.reason == self.admission.writer.reason and command.writer == self._lender:
            return self._lent_for
        if admission.reason == self.admission.perception.reason:
            return "the objects were not seen for too long"
        late = admission.reason == self.admission.freshness.reason and command.stamp_ns < now_ns
        if late and self._owns(command):
            return f"the command was decided on a state {(now_ns - command.stamp_ns) / NS_PER_S:.2f} s old"
        return ""

    def _begins(self, command: TwistCommand, now_ns: int) -> bool:
        """Return whether a command begins an episode, and may: only who holds or lent the arm ends the one at hand.

        A policy that was restarted may begin with the number of the episode at hand, or a lower one; an old command
        that comes again must not.
        """
        age_ns = now_ns - command.stamp_ns
        return (
            command.step == FIRST_STEP
            and (command.episode, command.step) != self.last
            and self._owns(command)
            and age_ns >= 0
            and (age_ns <= self._stale_age_ns or command.episode > self.last[0] or self._is_new_writer)
        )

    def _owns(self, command: TwistCommand) -> bool:
        return command.writer in (self.admission.writer.holder, self._lender)

    def _spoil(self, reason: str) -> None:
        episode, step = self.last
        if step >= FIRST_STEP and self._spoilt != episode:
            self._spoilt, self._spoilt_by = episode, reason

    def _require_own(self) -> None:
        if self._lender is not None:
            raise ValueError(f"the arm is lent by '{self._lender}'; allowed: after it was taken back")

    def _repeat(self) -> Verdict:
        """Return the verdict on the last command, sent again; of one that was held the answer may have been lost."""
        return self._held() if self._last_is_held else Verdict(Fate.REPEAT)

    def _held(self) -> Verdict:
        self._last_is_held = True
        if self._holding:
            return Verdict(Fate.HELD, self._holding)
        return Verdict(Fate.HELD, f"episode {self._spoilt} is over: {self._spoilt_by}")
