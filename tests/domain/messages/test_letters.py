"""Each kind of letter has a policy, and each kind of rule plans one letter."""

from __future__ import annotations

import pytest

from eventhub.domain.enums import MessageKind, RuleKind
from eventhub.domain.messages.letters import POLICIES, CalendarEffect, Until, kind_planned_by, kinds_that


def test_every_kind_has_a_policy() -> None:
    assert POLICIES.keys() == set(MessageKind)


@pytest.mark.parametrize("rule", RuleKind)
def test_every_rule_plans_one_letter(rule: RuleKind) -> None:
    assert POLICIES[kind_planned_by(rule)].planned_by is rule


def test_a_letter_that_cancels_an_entry_is_sent_whatever_became_of_the_event() -> None:
    cancels = kinds_that(lambda policy: policy.calendar is CalendarEffect.CANCELS)
    assert {(POLICIES[kind].needs_event, POLICIES[kind].useful_until) for kind in cancels} == {(False, Until.NEVER)}
