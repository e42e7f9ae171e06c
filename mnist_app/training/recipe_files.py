"""Recipes as files: what a search writes and `train_model.py fit path/to/recipe.json` reads."""

import json
import re
from pathlib import Path
from typing import Any, Final

from mnist_app.errors import TrainingError
from mnist_app.training.recipes import RECIPES, Recipe, changed, recipe_named

FORMAT: Final = 1
SUFFIX: Final = ".json"


def recipe_from(name_or_file: str) -> Recipe:
    """Return the recipe of that name, or the one in that file.

    What ends in ``.json`` or holds a separator is a file. Raises `TrainingError`.
    """
    is_file = name_or_file.endswith(SUFFIX) or "/" in name_or_file or "\\" in name_or_file
    return read(Path(name_or_file)) if is_file else recipe_named(name_or_file)


def write(recipe: Recipe, found: dict[str, Any], path: Path) -> None:
    """Write ``recipe`` to ``path``, with what is known of how it was ``found``.

    Raises `OSError`; what was at ``path`` then stays as it was.
    """
    content = {"format": FORMAT, "recipe": recipe.as_data(), "found": found}
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    fresh.replace(path)


def read(path: Path) -> Recipe:
    """Return the recipe in the file at ``path``.

    Fields that it leaves out are as in any recipe. Raises `TrainingError` if it is no recipe
    file, or if it calls itself like a recipe that comes with the app but is another.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise TrainingError(f"{path} was written by another version. Search or write it anew")
        fields = dict(content["recipe"])
        name, title = fields.pop("name"), fields.pop("title")
    except OSError as error:
        raise TrainingError(f"The recipe file {path} cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{path} is not a recipe file, which “train_model.py search” writes: {error}"
        ) from error
    if not (isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9][\w.-]*", name, re.ASCII)):
        raise TrainingError(f"{path} needs a name of letters, digits and hyphens")
    settings = [
        f"{field}={value if isinstance(value, str) else json.dumps(value)}"
        for field, value in fields.items()
    ]
    recipe = changed(Recipe(name=name, title=str(title)), settings)
    if name in RECIPES and recipe != RECIPES[name]:
        raise TrainingError(
            f"{path} calls itself “{name}”, and that is another recipe. Change the name in the file"
        )
    return recipe
