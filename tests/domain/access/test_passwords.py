"""Passwords that are too easy to guess."""

from __future__ import annotations

import pytest

from eventhub.domain.access.passwords import PasswordFault, password_fault

ADDRESS = "anna.alho@staff.example"


@pytest.mark.parametrize(
    "password",
    [
        "four words in a row",
        "another row of words",
        "kolme vihreää omenaa",
        "Tr0ub4dor&3-lampa",
        "kq7Vz-03rT_pLw",
        "anna.alho pyöräilee töihin",
        "password manager of mine",
        "8$2k#9!Lq4&7x",
    ],
)
def test_password_that_is_hard_to_guess_is_taken(password: str) -> None:
    assert password_fault(password, email=ADDRESS) is None


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", PasswordFault.TOO_SHORT),
        ("elevensigns", PasswordFault.TOO_SHORT),
        ("x" * 1001, PasswordFault.TOO_LONG),
        ("aaaaaaaaaaaa", PasswordFault.REPEATED),
        ("            ", PasswordFault.REPEATED),
        ("ababababababab", PasswordFault.REPEATED),
        ("123123123123", PasswordFault.REPEATED),
        ("anna.alho@staff.example", PasswordFault.OWN_ADDRESS),
        ("Anna.Alho@Staff.Example1", PasswordFault.OWN_ADDRESS),
        ("anna.alho2026", PasswordFault.OWN_ADDRESS),
        ("Anna.Alho!!!!", PasswordFault.OWN_ADDRESS),
        ("password1234", PasswordFault.COMMON),
        ("P@ssw0rd2026!", PasswordFault.COMMON),
        ("P@ssw0rd12345678", PasswordFault.COMMON),
        ("passwordpassword", PasswordFault.COMMON),
        ("salasana123456", PasswordFault.COMMON),
        ("Lösenord2026", PasswordFault.COMMON),
        ("qwertyuiop123", PasswordFault.COMMON),
        ("123456789012", PasswordFault.COMMON),
        ("1234567890123", PasswordFault.COMMON),
        ("1q2w3e4r5t6y", PasswordFault.COMMON),
        ("1qaz2wsx3edc", PasswordFault.COMMON),
        ("zxcvbnmasdfghjkl", PasswordFault.COMMON),
        ("abcdefghijkl", PasswordFault.COMMON),
        ("Tervetuloa2026!", PasswordFault.COMMON),
        ("administrator1", PasswordFault.COMMON),
        ("Helsinki2026!!", PasswordFault.COMMON),
        ("198203171990", PasswordFault.COMMON),
    ],
)
def test_password_that_is_easy_to_guess_is_refused(password: str, fault: PasswordFault) -> None:
    assert password_fault(password, email=ADDRESS) is fault
