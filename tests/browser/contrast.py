"""Contrast ratio of text and its background, by WCAG 2."""

import itertools
import re
from typing import Any, Final

from playwright.sync_api import Locator

MINIMUM_CONTRAST: Final = 4.5
"""Contrast ratio that WCAG 2 level AA requires of normal text."""

_SCRIPT: Final = """(elements) => elements
.filter((element) => element.textContent.trim() || element.title)
.map((element) => {
    const parent = (part) => part.parentElement ?? part.getRootNode().host ?? null;
    const own = getComputedStyle(element);
    const found = {
        colour: element.closest("svg") && element.localName === "text" ? own.fill : own.color,
        behind: [],
        opacity: 1,
    };
    for (let part = element; part; part = parent(part)) {
        const style = getComputedStyle(part);
        found.opacity *= Number(style.opacity);
        found.behind.push(style.backgroundColor);
    }
    return found;
})"""


def contrast(texts: Locator) -> list[float]:
    """Return the contrast ratio, 1 to 21, of every element with text."""
    texts.first.wait_for(state="attached")
    return [_ratio(found) for found in texts.evaluate_all(_SCRIPT)]


def _ratio(found: dict[str, Any]) -> float:
    colours = map(_rgba, found["behind"])
    behind = [255.0, 255.0, 255.0]
    for red, green, blue, alpha in reversed([*colours]):
        behind = _mix((red, green, blue), behind, alpha)
    *colour, alpha = _rgba(found["colour"])
    light = sorted(map(_luminance, (behind, _mix(colour, behind, alpha * found["opacity"]))))
    return (light[1] + 0.05) / (light[0] + 0.05)


def _rgba(colour: str) -> tuple[float, float, float, float]:
    numbers = [float(number) for number in re.findall(r"[\d.]+", colour)]
    if colour.startswith("color(srgb "):
        numbers[:3] = [255 * share for share in numbers[:3]]
    elif not colour.startswith("rgb"):
        raise ValueError(f"unknown colour format: {colour}")
    red, green, blue, alpha = itertools.islice(itertools.chain(numbers, [1.0]), 4)
    return red, green, blue, alpha


def _mix(colour: Any, behind: Any, alpha: float) -> list[float]:
    return [alpha * one + (1 - alpha) * other for one, other in zip(colour, behind, strict=True)]


def _luminance(colour: Any) -> float:
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (level / 255 for level in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
