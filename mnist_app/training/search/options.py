"""Command-line options of ``train_model.py search``. Imports neither TensorFlow nor Optuna."""

import argparse
import dataclasses
import re
from pathlib import Path
from typing import Any

from mnist_app.training.search.spaces import SPACES, Space, space_of

LOST_AFTER_SECONDS = 120
"""Default time without a heartbeat after which a worker counts as lost."""


def add_search(commands: Any) -> argparse.ArgumentParser:
    """Add the command “search” with its options to ``commands``, and return its parser."""
    search: argparse.ArgumentParser = commands.add_parser(
        "search",
        help="search for the best settings of a recipe",
        description=(
            "Train a recipe many times with different settings and keep the best. The settings to "
            "search are declared in mnist_app/training/search/spaces.py; Optuna chooses their "
            "values. Networks above the size limits are not trained, trials that fall behind are "
            "stopped early, and validation images alone decide. The result is a recipe file, which "
            "“fit” takes, with a table and plots. Run the same command again to resume a search."
        ),
        epilog="Recipes with a search space: " + ", ".join(SPACES),
    )
    search.add_argument("recipe", metavar="RECIPE", help="recipe with a search space, see below")
    search.add_argument(
        "--trials",
        type=positive_integer,
        required=True,
        metavar="N",
        help="number of trials of the study, on all computers together",
    )
    search.add_argument("--data", metavar="FILE_OR_FOLDER", help="location of MNIST, as for fit")
    search.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="fix a field of the recipe instead of searching it; can be repeated",
    )
    search.add_argument(
        "--seed", type=whole, default=0, metavar="N", help="seed of the samples (default: 0)"
    )
    search.add_argument(
        "--epochs", type=positive_integer, metavar="N", help="number of epochs of each trial"
    )
    search.add_argument(
        "--most-parameters", type=positive_integer, metavar="N", help="maximum number of parameters"
    )
    search.add_argument(
        "--most-multiply-adds",
        type=positive_integer,
        metavar="N",
        help="maximum number of multiply-adds",
    )
    search.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        help="folder of results (default: searches/NAME)",
    )
    search.add_argument(
        "--storage",
        metavar="ADDRESS",
        help="keep the study in a PostgreSQL database, postgresql://USER@HOST/DATABASE, instead of "
        "in a file: the same command on several computers then shares the work. Give the password "
        "in the environment variable PGPASSWORD or in the file .pgpass",
    )
    search.add_argument("--study", metavar="NAME", help="name of the study (default: recipe name)")
    search.add_argument(
        "--lost-after",
        type=positive_integer,
        default=LOST_AFTER_SECONDS,
        metavar="SECONDS",
        help="with --storage: repeat the trial of a worker without a heartbeat for this time "
        f"(default: {LOST_AFTER_SECONDS})",
    )
    search.set_defaults(go_on="the finished trials are kept. To go on, give the same command again")
    return search


def space_from(options: argparse.Namespace) -> Space:
    """Return the space of the recipe with the changes of ``options``. Raises `TrainingError`."""
    fixed = {setting.partition("=")[0] for setting in options.set}
    changes = {
        name: getattr(options, name)
        for name in ("epochs", "most_parameters", "most_multiply_adds")
        if getattr(options, name) is not None
    }
    return dataclasses.replace(space_of(options.recipe).without(fixed), **changes)


def positive_integer(text: str) -> int:
    """Return ``text`` as an integer from 1 on; for options of the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 on")
    return int(text)


def whole(text: str) -> int:
    """Return ``text`` as an integer from 0 on; for options of the command line."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 on")
    return int(text)


def mask_passwords(text: str) -> str:
    """Return ``text`` with the passwords in its addresses replaced by ``***``."""
    text = re.sub(r"(\w:/+[^\s:/@]*):\S*@", r"\1:***@", text)
    return re.sub(r"(password=)[^\s&]+", r"\1***", text, flags=re.IGNORECASE)
