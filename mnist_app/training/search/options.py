"""What `train_model.py search` understands; neither TensorFlow nor Optuna is needed for that."""

import argparse
import dataclasses
import re
from pathlib import Path
from typing import Any

from mnist_app.training.search.spaces import SPACES, Space, space_of

LOST_AFTER_SECONDS = 120


def add_search(commands: Any) -> argparse.ArgumentParser:
    """Add the command and what it understands, and return it."""
    search: argparse.ArgumentParser = commands.add_parser(
        "search",
        help="try many settings of a recipe and keep the best",
        description=(
            "Train a recipe many times with different settings and keep the best. The settings to "
            "search are declared in mnist_app/training/search/spaces.py; Optuna chooses their "
            "values. Networks above the size limits are not trained, trials that fall behind are "
            "stopped early, and validation images alone decide. The result is a recipe file, which "
            "“fit” takes, with a table and plots. Run the same command again to resume a search."
        ),
        epilog="Recipes with a search space: " + ", ".join(SPACES),
    )
    search.add_argument("recipe", metavar="RECIPE", help="which recipe; the list is below")
    search.add_argument(
        "--trials",
        type=positive_integer,
        required=True,
        metavar="N",
        help="how many trials the study has in the end, on however many machines",
    )
    search.add_argument("--data", metavar="FILE_OR_FOLDER", help="where MNIST is, as for fit")
    search.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="fix a field of the recipe, which is then not searched; can be repeated",
    )
    search.add_argument(
        "--seed", type=whole, default=0, metavar="N", help="another order of samples (usually 0)"
    )
    search.add_argument(
        "--epochs", type=positive_integer, metavar="N", help="train every trial for so many epochs"
    )
    search.add_argument(
        "--most-parameters", type=positive_integer, metavar="N", help="the largest network allowed"
    )
    search.add_argument(
        "--most-multiply-adds", type=positive_integer, metavar="N", help="the costliest one allowed"
    )
    search.add_argument(
        "--output", metavar="FOLDER", type=Path, help="keep all there instead of in searches/NAME"
    )
    search.add_argument(
        "--storage",
        metavar="ADDRESS",
        help="keep the study in a PostgreSQL database instead of in a file: "
        "postgresql://USER@HOST/DATABASE. The same command on several machines then shares the "
        "work. Give the password in the environment variable PGPASSWORD or in the file .pgpass",
    )
    search.add_argument("--study", metavar="NAME", help="call the study so, not like the recipe")
    search.add_argument(
        "--lost-after",
        type=positive_integer,
        default=LOST_AFTER_SECONDS,
        metavar="SECONDS",
        help="with --storage: repeat the trial of a worker that is silent for so long "
        f"(usually {LOST_AFTER_SECONDS})",
    )
    search.set_defaults(go_on="the finished trials are kept. To go on, give the same command again")
    return search


def space_from(options: argparse.Namespace) -> Space:
    """Return the recipe's space as the options change it. Raises `TrainingError`."""
    fixed = {setting.partition("=")[0] for setting in options.set}
    changes = {
        name: getattr(options, name)
        for name in ("epochs", "most_parameters", "most_multiply_adds")
        if getattr(options, name) is not None
    }
    return dataclasses.replace(space_of(options.recipe).without(fixed), **changes)


def positive_integer(text: str) -> int:
    """Return a count from the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 on")
    return int(text)


def whole(text: str) -> int:
    """Return a whole number from 0 on from the command line."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 on")
    return int(text)


def mask_passwords(text: str) -> str:
    """Return ``text`` with the password of every address in it hidden."""
    text = re.sub(r"(\w:/+[^\s:/@]*):\S*@", r"\1:***@", text)
    return re.sub(r"(password=)[^\s&]+", r"\1***", text, flags=re.IGNORECASE)
