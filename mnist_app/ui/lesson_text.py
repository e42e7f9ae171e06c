"""Lessons as their Markdown files tell them: parts of text with links into the app between them.

``docs/lessons`` is the one source for the page and for teachers who read it elsewhere. A link into
the app stands on a line of its own and leads to the app as it runs on the computer at hand.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "lessons"
_LINK: Final = re.compile(r"^ *\[([^\]]+)\]\(http://localhost:8501/(\w*)(?:\?(\S*))?\) *$", re.M)


@dataclass(frozen=True)
class Link:
    """A way into the app: ``page`` as it is called in the address ("" is Draw), and its state."""

    label: str
    page: str
    query: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """A part of a lesson; the blocks are Markdown and links in the order in which they stand."""

    heading: str
    blocks: tuple[str | Link, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson: what it is called, what it is about in a sentence or two, and its parts."""

    title: str
    summary: str
    parts: tuple[Part, ...]


def read_lessons(folder: Path = FOLDER) -> tuple[Lesson, ...]:
    """Return the lessons in ``folder`` in the order of their files' names, which begin with digits.

    None where there is no such folder: it is part of a checkout.
    """
    return tuple(
        read_lesson(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("[0-9]*.md"))
    )


def read_lesson(text: str) -> Lesson:
    """Return the lesson that ``text`` tells: a title, a summary and parts under ``##``."""
    head, *parts = re.split(r"^## ", text, flags=re.M)
    title, _, summary = head.removeprefix("# ").partition("\n")
    return Lesson(title.strip(), " ".join(summary.split()), tuple(map(_part, parts)))


def _part(text: str) -> Part:
    heading, _, body = text.partition("\n")
    # What was matched stands between what lies around it: label, page, query, text, label, ...
    first, *rest = _LINK.split(body)
    blocks: list[str | Link] = [first]
    for label, page, query, following in zip(*(rest[n::4] for n in range(4)), strict=True):
        blocks += [Link(label, page, tuple(parse_qsl(query or ""))), following]
    written = (block if isinstance(block, Link) else block.strip("\n") for block in blocks)
    return Part(heading.strip(), tuple(block for block in written if block))
