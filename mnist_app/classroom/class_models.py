"""The taught models of a class as lines of JSON in its file, and reading them without trust.

A line has the name, the time, the last layer (`taught_layer`) and what the lesson has changed
(`lesson_outcome`), which names drawings by their line in the part with the drawings, from 1.
"""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from mnist_app.bundle import load_bundle, sha256, shipped_names
from mnist_app.checked_json import decode, parse_object
from mnist_app.classroom import class_limits
from mnist_app.classroom.class_file import MODELS, lines_of, refusal, time_of
from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.classroom.records import Drawing, TaughtModel
from mnist_app.classroom.taught_layer import TaughtLayer
from mnist_app.classroom.taught_models import NewTaughtModel, clean_name, free_name
from mnist_app.errors import BundleError, TeachingError
from mnist_app.feature_network import FeatureNetwork
from mnist_app.words import mark


@dataclass(frozen=True)
class _ModelLine:
    name: str
    taught_at: str
    layer: dict[str, Any]
    outcome: dict[str, Any]


def models_to_save(models: Sequence[TaughtModel], drawings: Sequence[Drawing]) -> list[TaughtModel]:
    """Return the ``models`` whose summaries name ``drawings`` by their position, from 1.

    Drawings that are not among these are left out of them, and so are models that are damaged.
    """
    positions = {drawing.id: position for position, drawing in enumerate(drawings, start=1)}
    found = []
    for model in models:
        try:
            outcome = LessonOutcome.from_json(model.summary).renumbered(positions)
            TaughtLayer.from_bytes(model.blob)
        except TeachingError:
            continue
        found.append(replace(model, summary=outcome.to_json()))
    return found


def line_of(model: TaughtModel) -> bytes:
    """Return a model of `models_to_save` as a line."""
    line = _ModelLine(
        model.name, model.created_at.isoformat(), json.loads(model.blob), model.summary
    )
    return json.dumps(asdict(line), separators=(",", ":")).encode() + b"\n"


def read_models(archive: zipfile.ZipFile, drawings: int) -> list[NewTaughtModel]:
    """Return the taught models in the file of a class with this number of drawings.

    A name that is taken gets a number. Raises `ClassroomError` for models that are damaged, too
    large or too many.
    """
    if MODELS not in archive.namelist():
        return []
    found: list[NewTaughtModel] = []
    taken = [*shipped_names()]
    for number, line in enumerate(
        lines_of(archive, MODELS, class_limits.MODEL_LINE_BYTES), start=1
    ):
        if number > class_limits.MAXIMUM_TAUGHT_MODELS:
            raise refusal(
                mark("it has more than {count} taught models"),
                count=class_limits.MAXIMUM_TAUGHT_MODELS,
            )
        try:
            model = _model(line, drawings)
        except (BundleError, TeachingError, ValueError, OverflowError) as error:
            raise refusal(mark("its taught model {number} is damaged"), number=number) from error
        found.append(replace(model, name=free_name(model.name, taken)))
        taken.append(found[-1].name)
    return found


def _model(line: bytes, drawings: int) -> NewTaughtModel:
    """Return the model of a line. Raises various errors if there is none in it."""
    fields = decode(_ModelLine, parse_object(line, MODELS), MODELS)
    layer = TaughtLayer.from_bytes(json.dumps(fields.layer).encode())
    outcome = LessonOutcome.from_json(fields.outcome)
    blob, name = layer.to_bytes(), clean_name(fields.name)
    agree = (layer.base, layer.teachers, layer.options) == (
        outcome.base,
        outcome.teachers,
        outcome.options,
    )
    there = all(1 <= one <= drawings for one, _ in (*outcome.gained, *outcome.lost))
    size = len(blob) + len(json.dumps(outcome.to_json()))
    if not (name and agree and there and size <= class_limits.MAXIMUM_MODEL_BYTES and _fits(layer)):
        raise ValueError
    return NewTaughtModel(name, blob, outcome, time_of(fields.taught_at))


def _fits(layer: TaughtLayer) -> bool:
    """Return whether the base takes a layer of this shape, as far as this version of it is here.

    Without it the model still shows what the lesson has changed, but reads nothing.
    """
    try:
        base = load_bundle(layer.base)
    except BundleError:
        return True
    if sha256(base.model) != layer.base_sha256:
        return True
    return FeatureNetwork(base).weights.shape == layer.weights.shape
