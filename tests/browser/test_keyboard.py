"""From an event's page to a finished registration with the keyboard alone: Tab, Space, Enter, and what is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from .eyes import DESK, PHONE
from .furnished import Furnished
from .walking import NewContext

#: The first test of a process waits for the sample data, too.
pytestmark = pytest.mark.timeout(300)
_FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const hit = document.elementFromPoint(
    Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(box.top + Math.min(box.height, innerHeight) / 2, 0), innerHeight - 1));
  const line = one.getClientRects()[0];
  const upon = line && document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
  const own = found => found && (one.contains(found) || found.contains(one) && found.matches("label"));
  return {
    tag: one.tagName.toLowerCase(),
    name: one.getAttribute("name") || "",
    value: one.getAttribute("value") || "",
    kind: one.getAttribute("type") || "",
    words: (one.innerText || "").trim(),
    visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    uncovered: own(hit) || own(upon) || false,
  };
}"""

_LABEL_IN_SIGHT = """() => {
  const label = document.querySelector(`label[for="${document.activeElement.id}"]`);
  const box = label.getBoundingClientRect();
  return label.contains(document.elementFromPoint(box.left + 4, box.top + box.height / 2));
}"""


@dataclass(frozen=True)
class Focused:
    """What has the focus, and whether one sees that: an outline of 2 px at least, and nothing upon it."""

    tag: str
    name: str
    value: str
    kind: str
    words: str
    visible: bool
    uncovered: bool


def focused(page: Page) -> Focused:
    return Focused(**cast(dict[str, object], page.evaluate(_FOCUSED)))  # type: ignore[arg-type]


def tab_to(page: Page, wanted: Callable[[Focused], bool], *, most: int = 60) -> Focused:
    """Press Tab until it is there; everything on the way shows that it has the focus."""
    passed = []
    for _ in range(most):
        page.keyboard.press("Tab")
        now = focused(page)
        assert now.visible, f"no outline: {now}"
        assert now.uncovered, f"covered: {now}"
        if wanted(now):
            return now
        passed.append(now)
    raise AssertionError(f"not reached by {most} times Tab: {passed}")


def by_name(name: str, value: str = "") -> Callable[[Focused], bool]:
    return lambda one: one.name == name and (not value or one.value == value)


def by_words(words: str) -> Callable[[Focused], bool]:
    return lambda one: one.words == words


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_register_with_the_keyboard_alone(width: int, furnished: Furnished, new_context: NewContext) -> None:
    page = new_context(viewport={"width": width, "height": 740}, locale="sv-FI").new_page()
    page.goto(f"{furnished.hub.address}/sv/events/{furnished.slugs['hybrid']}")

    # The first thing is the way past the head.
    first = tab_to(page, lambda one: True)
    assert first.words == "Gå till innehållet"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    tab_to(page, by_words("Anmäl dig"))
    with page.expect_navigation():
        page.keyboard.press("Enter")

    # Sent too early: the summary takes the focus, and its links lead to the fields.
    tab_to(page, lambda one: one.tag == "button" and one.words == "Anmäl dig")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    assert focused(page).visible
    tab_to(page, lambda one: one.tag == "a")
    page.keyboard.press("Enter")
    assert focused(page).name == "name"
    assert page.evaluate(_LABEL_IN_SIGHT), "the label of the field is out of sight"
    page.keyboard.type("Provdeltagare")
    tab_to(page, by_name("email"))
    page.keyboard.type(f"keyboard-{width}@people.example")
    tab_to(page, by_name("organisation_type"))
    page.keyboard.press("ArrowDown")  # A list: the first type of organisation.
    tab_to(page, by_name("attendance"))
    page.keyboard.press("ArrowDown")  # Radios are one stop; arrows choose among them.
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Du är anmäld")


@pytest.mark.parametrize("slug", ["webinar", "hybrid", "full"])
def test_form_controls_are_reached_and_left_by_keyboard(
    slug: str, furnished: Furnished, new_context: NewContext
) -> None:
    """No trap, nothing out of reach: Tab goes through all there is, but for the hidden field that stops machines."""
    page = new_context(viewport={"width": PHONE, "height": 740}, locale="sv-FI").new_page()
    page.goto(f"{furnished.hub.address}/sv/events/{furnished.slugs[slug]}/register")
    reached = []

    def note(one: Focused) -> bool:
        reached.append(one.name)
        return one.tag == "button" and one.kind == "submit"

    tab_to(page, note)
    names = page.eval_on_selector_all(
        "main form[method=post] :is(input, select, textarea)",
        "all => all.filter(one => one.type !== 'hidden').map(one => one.name)",
    )
    assert {name for name in reached if name} == set(names) - {"homepage"}


@pytest.mark.parametrize("path", ["/sv/", "/sv/events/employment-forum", "/fi/events/impact-workshop"])
def test_focused_element_is_never_hidden(path: str, furnished: Furnished, new_context: NewContext) -> None:
    """WCAG 2.4.11: neither the button at the bottom edge nor anything else lies on a link that has the focus."""
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(furnished.hub.address + path)
    foot = page.locator("footer a").last.inner_text()
    tab_to(page, by_words(foot), most=150)
