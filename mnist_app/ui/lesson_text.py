"""Lessons parsed from their Markdown files: sections of text and links into the app.

The files in ``docs/lessons`` are the only source, for the page and for teachers who read them
elsewhere. A link into the app stands on a line of its own; the page opens it in the running app,
whatever its address.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "lessons"
_LINK: Final = re.compile(r"^ *\[([^\]]+)\]\(http://localhost:8501/(\w*)(?:\?(\S*))?\) *$", re.M)


@dataclass(frozen=True)
class AppLink:
    """A link to a page of the app in a certain state.

    ``page`` is the path in its address, "" for Draw; ``query`` are the parameters of the address.
    """

    label: str
    page: str
    query: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """A section of a lesson: its heading, and its Markdown and links in the order of the file."""

    heading: str
    blocks: tuple[str | AppLink, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson: its title, a summary of a sentence or two, and its sections."""

    title: str
    summary: str
    sections: tuple[Section, ...]


def read_lessons(folder: Path = FOLDER) -> tuple[Lesson, ...]:
    """Return the lessons in ``folder``, in the order of the numbers that start their file names.

    Returns an empty tuple if there is no such folder. Only a checkout has it.
    """
    return tuple(
        read_lesson(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("[0-9]*.md"))
    )


def read_lesson(text: str) -> Lesson:
    """Return the lesson in a Markdown file: a title, a summary, and sections headed by ``##``."""
    head, *sections = re.split(r"^## ", text, flags=re.M)
    title, _, summary = head.removeprefix("# ").partition("\n")
    return Lesson(title.strip(), " ".join(summary.split()), tuple(map(_section, sections)))


def _section(text: str) -> Section:
    """Return the section with its heading in the first line of ``text``."""
    heading, _, body = text.partition("\n")
    # The pattern's groups stand between the texts around them: text, label, page, query, text, ...
    first, *rest = _LINK.split(body)
    blocks: list[str | AppLink] = [first]
    for label, page, query, following in zip(*(rest[n::4] for n in range(4)), strict=True):
        blocks += [AppLink(label, page, tuple(parse_qsl(query or ""))), following]
    stripped = (block if isinstance(block, AppLink) else block.strip("\n") for block in blocks)
    return Section(heading.strip(), tuple(block for block in stripped if block))
