"""Go through a page with the Tab key and see where the focus is."""

from __future__ import annotations

from typing import Any, Final

from tests.browser.examination import DESKTOP
from tests.browser.tab import Tab

_MOST_STOPS: Final = 400
_FOCUS: Final = """(() => {
  window.stops ??= [];
  const part = document.activeElement;
  if (!part || part === document.body) return null;
  if (!stops.includes(part)) stops.push(part);
  const style = getComputedStyle(part), box = part.getBoundingClientRect();
  const outline = style.outlineStyle === "auto" || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const ring = outline || style.boxShadow !== "none";
  // WCAG 2.2, 2.4.11: a part of it is enough, so long as nothing lies over that part.
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return {
    number: stops.indexOf(part), tag: part.localName, name: part.name ?? "", type: part.type ?? "", value: part.value ?? "",
    path: part.href ? new URL(part.href).pathname : "", html: part.outerHTML.slice(0, 120),
    seen: ring && left < right && top < bottom && middle !== null && (part.contains(middle) || middle.contains(part)),
  };
})()"""
_MISSED: Final = """(() => {
  const grouped = new Set(stops.filter(part => part.type === "radio").map(part => part.name));
  return [...document.querySelectorAll("a[href], button, input, select, textarea, details > summary:first-of-type")]
    .filter(part => part.checkVisibility({visibilityProperty: true}) && !part.disabled && part.tabIndex >= 0)
    .filter(part => part.type !== "hidden")
    .filter(part => !stops.includes(part) && !(part.type === "radio" && grouped.has(part.name)))
    .map(part => part.outerHTML.slice(0, 120));
})()"""


def tab_on(tab: Tab) -> dict[str, Any] | None:
    """Press Tab and return what has the focus, None where nothing in the page has it."""
    tab.press("Tab")
    return tab.run(_FOCUS)


def go_to(tab: Tab, **wanted: str) -> dict[str, Any]:
    """Press Tab until what has the focus is as wanted; it must be seen all the way."""
    for _ in range(_MOST_STOPS):
        stop = tab_on(tab)
        if stop is None:
            continue
        assert stop["seen"], f"the focus is not seen: {stop['html']}"
        if all(stop[name] == value for name, value in wanted.items()):
            return stop
    raise AssertionError(f"{tab.address}: Tab does not lead to {wanted}")


def faults_of_focus(tab: Tab, address: str) -> list[str]:
    """Go through a page with Tab from its beginning to its end and say where the focus was stuck or not seen."""
    tab.resize(DESKTOP)
    tab.open(address)
    faults, first_again = [], False
    last = -1
    for _ in range(_MOST_STOPS):
        stop = tab_on(tab)
        if stop is None or (stop["number"] == 0 and last > 0):
            first_again = True
            break
        if not stop["seen"]:
            faults.append(f"{address}: the focus is not seen on {stop['html']}")
        last = stop["number"]
    if not first_again:
        faults.append(f"{address}: the focus never comes back to the beginning")
    return faults + [f"{address}: the focus never comes to {part}" for part in tab.run(_MISSED)]
