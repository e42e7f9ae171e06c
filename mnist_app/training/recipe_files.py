"""Recipe files: written by a search, read by `train_model.py fit path/to/recipe.json`."""

import json
import re
from pathlib import Path
from typing import Any, Final

from mnist_app.errors import TrainingError
from mnist_app.training.recipe import FIELD_TYPES, Recipe
from mnist_app.training.recipes import RECIPES, recipe_named
from mnist_app.training.settings import from_json

FORMAT: Final = 1
SUFFIX: Final = ".json"


def recipe_from(name_or_file: str) -> Recipe:
    """Return the shipped recipe of that name, or the recipe in that file.

    A text that ends in ``.json`` or contains a path separator is a file. Raises `TrainingError`.
    """
    is_file = name_or_file.endswith(SUFFIX) or "/" in name_or_file or "\\" in name_or_file
    return read(Path(name_or_file)) if is_file else recipe_named(name_or_file)


def write(recipe: Recipe, found: dict[str, Any], path: Path) -> None:
    """Write ``recipe`` to ``path``, with the record of the search that ``found`` it.

    Raises `OSError`; an older file at ``path`` then stays unchanged.
    """
    content = {"format": FORMAT, "recipe": recipe.as_data(), "found": found}
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    fresh.replace(path)


def read(path: Path) -> Recipe:
    """Return the recipe in the file at ``path``.

    Fields that are missing have the defaults of `Recipe`. Raises `TrainingError` if it is not a
    recipe file, if the recipe cannot be trained, or if it has the name of a shipped recipe but
    other values.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise TrainingError(
                f"{path} was written by another version. Search again or write it anew"
            )
        fields = dict(content["recipe"])
        name, title = fields.pop("name"), fields.pop("title")
    except OSError as error:
        raise TrainingError(f"The recipe file {path} cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrainingError(
            f"{path} is not a recipe file, which “train_model.py search” writes: {error}"
        ) from error
    if not (isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9][\w.-]*", name, re.ASCII)):
        raise TrainingError(f"{path} needs a name of letters, digits and hyphens")
    recipe = from_data({"name": name, "title": str(title), **fields}, str(path))
    if name in RECIPES and recipe != RECIPES[name]:
        raise TrainingError(
            f"{path} has the name “{name}” of another recipe. Change the name in the file"
        )
    return recipe


def from_data(fields: dict[str, Any], file: str) -> Recipe:
    """Return the recipe of which `Recipe.as_data` gave ``fields``, read from ``file``.

    Fields that are missing have the defaults of `Recipe`. Raises `TrainingError`.
    """
    unknown = ", ".join(sorted(fields.keys() - FIELD_TYPES.keys()))
    if unknown:
        raise TrainingError(f"{file} has fields that no recipe has: {unknown}")
    return Recipe(**{field: from_json(field, value) for field, value in fields.items()})
