"""Texts that people wrote, as a page draws them."""

from __future__ import annotations

import re

import pytest

from eventhub.web.http.filters import markdown, with_links
from tests.support.pasted import PASTED, Pasted


@pytest.mark.parametrize("pasted", PASTED, ids=lambda one: one.program)
def test_pasted_text_is_drawn_with_its_lines_and_lists(pasted: Pasted) -> None:
    assert re.sub(r"\n", "", str(markdown(pasted.stored))) == pasted.html


@pytest.mark.parametrize(
    ("written", "links"),
    [
        ("Katso www.x.fi.", ["https://www.x.fi"]),
        ("(https://x.fi/a_(b)), ok", ["https://x.fi/a_(b)"]),
        ("<https://x.fi>; https://y.fi/?a=1&b=2!", ["https://x.fi", "https://y.fi/?a=1&amp;b=2"]),
        ("name@x.fi; toinen@äijä.fi!", ["mailto:name@x.fi", "mailto:toinen@äijä.fi"]),
        ("x.fi, javascript:alert(1), http://bank@evil.fi, a@b, www. ja https://", []),
    ],
)
def test_typed_addresses_are_links_without_what_follows_them(written: str, links: list[str]) -> None:
    assert re.findall(r'href="([^"]*)"', str(with_links(written))) == links


def test_addresses_in_links_and_code_are_left_alone() -> None:
    html = str(markdown("[www.a.fi](https://b.fi) `www.c.fi` **www.d.fi** <script>www.e.fi</script>"))
    assert re.findall(r'href="([^"]*)"', html) == ["https://b.fi", "https://www.d.fi", "https://www.e.fi"]
    assert "<script" not in html
