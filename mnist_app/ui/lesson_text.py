"""Lessons parsed from their Markdown files: steps, questions, notes for the teacher.

The files in ``docs/lessons`` are the only source, for the panel, for the page Lessons and for
teachers who read them elsewhere. Translations have the same names in a folder of the language, such
as ``de``. A step is a heading of the third level in the first section:

- a link on a line of its own: the page of the step and its state, with ``lesson=LESSON.STEP``;
- paragraphs of text, in which ``**`` is the only mark-up;
- perhaps a last line ``*When CONDITION: MESSAGE*``, which the app checks, see `lesson_check`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from mnist_app.errors import MnistAppError
from mnist_app.ui.lesson_check import Condition, read_condition
from mnist_app.words import language

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "lessons"
PARAMETER: Final = "lesson"
"""Parameter of an address that names a step: ``lesson=2.3`` is step 3 of lesson 2."""
REMEDY: Final = "docs/lessons/README.md says how lessons are written."
_LINK: Final = re.compile(r"^\[([^\]]+)\]\(http://localhost:8501/(\w*)\?(\S+)\)$")
_CHECK: Final = re.compile(r"^\*When ([^:]+): (.+)\*$")


@dataclass(frozen=True)
class Check:
    """What the app checks in a step, and what it says as soon as that holds."""

    condition: Condition
    message: str


@dataclass(frozen=True)
class Step:
    """A step of a lesson.

    ``title`` is its instruction in a few words, without mark-up; ``link`` says which page it opens.
    ``page`` is the path in that page's address, "" for Draw; ``query`` are the parameters that set
    its state, without the one that names the step. ``paragraphs`` may have ``**`` in them.
    """

    title: str
    link: str
    page: str
    query: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    check: Check | None


@dataclass(frozen=True)
class Section:
    """A section of a lesson after its steps: its heading and its Markdown."""

    heading: str
    text: str


@dataclass(frozen=True)
class Lesson:
    """A lesson: its title, a summary of a sentence or two, its steps, and its other sections.

    The last section is for the teacher.
    """

    title: str
    summary: str
    steps: tuple[Step, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class StepNumber:
    """The place of a step: both numbers count from 1."""

    lesson: int
    step: int

    def __str__(self) -> str:
        """Return the value of `PARAMETER`."""
        return f"{self.lesson}.{self.step}"


class LessonFormatError(MnistAppError):
    """A lesson's file is not as the parser needs it; the message says where."""


def find_step(value: str, lessons: tuple[Lesson, ...]) -> StepNumber | None:
    """Return the step that a value of `PARAMETER` names, None if ``lessons`` have none such.

    A lesson without a step, as in ``lesson=2``, is its first.
    """
    found = re.fullmatch(r"([0-9])(?:\.([0-9]{1,2}))?", value)
    if found is None:
        return None
    number = StepNumber(int(found[1]), int(found[2] or 1))
    is_lesson = 1 <= number.lesson <= len(lessons)
    is_step = is_lesson and 1 <= number.step <= len(lessons[number.lesson - 1].steps)
    return number if is_step else None


def read_lessons(folder: Path = FOLDER) -> tuple[Lesson, ...]:
    """Return the lessons in ``folder``, in the order of the numbers that start their file names.

    Each is in the language of this thread, or in English if it has no translation. Returns an empty
    tuple if there is no such folder. Only a checkout has it. Raises `LessonFormatError`.
    """
    return _read_lessons(folder, language())


@lru_cache
def _read_lessons(folder: Path, code: str) -> tuple[Lesson, ...]:
    lessons = []
    for number, path in enumerate(sorted(folder.glob("[0-9]*.md")), 1):
        translated = folder / code / path.name
        file = translated if translated.is_file() else path
        lessons.append(read_lesson(file.read_text(encoding="utf-8"), number))
    return tuple(lessons)


def read_lesson(text: str, number: int) -> Lesson:
    """Return the lesson with this number in a Markdown file. Raises `LessonFormatError`."""
    head, *parts = re.split(r"^## ", text, flags=re.M)
    title, _, summary = head.removeprefix("# ").partition("\n")
    sections = [Section(*_heading_and_text(part)) for part in parts]
    steps = re.split(r"^### ", sections[0].text, flags=re.M)[1:] if sections else []
    if not steps:
        raise LessonFormatError(f"Lesson {number}: its first section has no steps. {REMEDY}")
    if len(sections) == 1:
        raise LessonFormatError(f"Lesson {number}: no section follows its steps. {REMEDY}")
    return Lesson(
        title.strip(),
        " ".join(summary.split()),
        tuple(_step(step, StepNumber(number, index)) for index, step in enumerate(steps, 1)),
        tuple(sections[1:]),
    )


def _heading_and_text(part: str) -> tuple[str, str]:
    heading, _, text = part.partition("\n")
    return heading.strip(), text.strip("\n")


def _step(part: str, number: StepNumber) -> Step:
    title, text = _heading_and_text(part)
    paragraphs = [" ".join(lines.split()) for lines in re.split(r"\n\s*\n", text) if lines.strip()]
    link = _LINK.match(paragraphs[0]) if paragraphs else None
    if link is None:
        raise LessonFormatError(f"Lesson step {number} does not begin with its link. {REMEDY}")
    query = tuple(parse_qsl(link[3]))
    if query[:1] != ((PARAMETER, str(number)),):
        raise LessonFormatError(f"The link of lesson step {number} lacks its number. {REMEDY}")
    check = _CHECK.match(paragraphs[-1])
    condition = read_condition(check[1]) if check else None
    if check and condition is None:
        raise LessonFormatError(f"Lesson step {number}: unknown condition “{check[1]}”. {REMEDY}")
    return Step(
        re.sub(r"^\d+\. ", "", title),
        link[1],
        link[2],
        query[1:],
        tuple(paragraphs[1 : -1 if check else None]),
        Check(condition, check[2]) if check and condition else None,
    )
