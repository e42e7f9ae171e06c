"""Command line of `train_model.py`: commands and options. Needs neither TensorFlow nor Optuna."""

import argparse
from pathlib import Path
from typing import Any, Final, NoReturn

from mnist_app.training.data.cache import DATA_VARIABLE
from mnist_app.training.ink.ink_recipe import NAME as INK
from mnist_app.training.recipes import FILMED, RECIPES
from mnist_app.training.search.options import add_search, mask_passwords, positive_integer

OTHER_COMMANDS: Final = """\
train_model.py can also: fit RECIPE (train any network, with settings of your own), report NAME
(write a web page about a network), compare (show all networks in one table), search RECIPE (find
better settings). python train_model.py --help lists the commands, COMMAND --help its options."""
"""Printed when no command is given: what else there is."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose error messages hide passwords."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and end with exit status 2."""
        super().error(mask_passwords(message))


def parser() -> argparse.ArgumentParser:
    """Return the parser. Its result has ``command`` (None if none is given) and ``go_on``."""
    top = Parser(
        prog="train_model.py",
        description=(
            "Train a network that reads handwritten digits, and publish it for the app. Without a "
            "command, the network “cnn” is trained and published under a new name."
        ),
    )
    top.set_defaults(go_on="to go on, give the same command again")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    add_fit(commands)
    add_search(commands)
    add_report(commands)
    add_compare(commands)
    add_teachable(commands)
    add_film(commands)
    return top


def add_fit(commands: Any) -> None:
    """Add the command `fit` and its options."""
    fit = commands.add_parser(
        "fit",
        help="train a network and publish it as a bundle",
        description=(
            "Train a network on the 60,000 training images of MNIST. A share of them is held out "
            "for validation: after every epoch (one pass over the others) the network is "
            "evaluated on them. After training it is evaluated once on the 10,000 test images, "
            "and the bundle that the app reads digits with is published."
        ),
        epilog="Recipes: "
        + "; ".join(f"{name} ({r.title})" for name, r in RECIPES.items())
        + f"; {INK} (Finds handwriting in photos; learns from pictures of UCI's pen digits)",
    )
    fit.add_argument(
        "recipe",
        metavar="RECIPE",
        help="which network: a name from the list below, or a recipe file that search wrote",
    )
    fit.add_argument(
        "--data",
        metavar="FILE_OR_FOLDER",
        help="where MNIST is: an npz file, a folder with mnist.npz, or a folder with the four IDX "
        f"files. Default: the folder that {DATA_VARIABLE} names, Keras's cache, or a download. "
        "“openml” is data set 554 of openml.org, “tfds” is TensorFlow Datasets, and “synthetic” "
        "is a few hundred printed digits that need no file, for a quick try",
    )
    fit.add_argument(
        "--class",
        dest="class_file",
        metavar="FILE",
        type=Path,
        help="also learn from a class: the zip file that the app saves. A quarter of the pupils is "
        "held out, and the report shows how well they are read. “class” is added to the bundle's "
        "name",
    )
    fit.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="change a field of the recipe, such as epochs=3 or hidden=[256,64]; can be repeated. "
        "The changes become part of the bundle's name",
    )
    fit.add_argument("--seed", type=int, metavar="N", help="seed of everything random (default: 0)")
    fit.add_argument(
        "--seeds",
        type=positive_integer,
        default=1,
        metavar="N",
        help="train N times, from consecutive seeds, and report the spread of the results; the "
        "first network is published, whatever the others reach",
    )
    fit.add_argument(
        "--output", metavar="FOLDER", type=Path, help="publish the bundle in this folder"
    )
    fit.add_argument(
        "--resume",
        action="store_true",
        help="go on from the last checkpoint of the same run; the result is the same as without "
        "the interruption",
    )
    fit.add_argument(
        "--runs", metavar="FOLDER", type=Path, help="folder for checkpoints (default: runs)"
    )
    publication = fit.add_mutually_exclusive_group()
    publication.add_argument(
        "--replace", action="store_true", help="replace a bundle of the same name"
    )
    publication.add_argument(
        "--validation-only",
        action="store_true",
        help="leave the test images alone and publish nothing: to compare settings before you "
        "decide on one",
    )
    fit.set_defaults(
        go_on="nothing was published. To go on from the last complete epoch, give the same "
        "command again with --resume"
    )


def add_report(commands: Any) -> None:
    """Add the command `report` and its options."""
    report = commands.add_parser(
        "report",
        help="write a trained network's report as a web page with figures",
        description=(
            "Write the report of a trained network into a folder: one self-contained web page, "
            "and its figures as PNG and SVG. It shows learning curves, confusion matrix, precision "
            "and recall per digit, reliability, and the most confident errors."
        ),
    )
    report.add_argument("bundle", metavar="NAME_OR_FOLDER", help="which network")
    report.add_argument("--data", metavar="FILE_OR_FOLDER", help="where MNIST is, as for fit")
    report.add_argument(
        "--output", metavar="FOLDER", type=Path, help="write there (default: reports/NAME)"
    )


def add_compare(commands: Any) -> None:
    """Add the command `compare` and its options."""
    compare = commands.add_parser(
        "compare",
        help="show all trained networks in one table",
        description=(
            "Show the trained networks in one table, with the results that their reference "
            "projects report. Accuracy is the share of the 10,000 test images that is read "
            "correctly; the 95 % interval is its statistical uncertainty."
        ),
    )
    compare.add_argument(
        "bundles",
        metavar="NAME_OR_FOLDER",
        nargs="*",
        help="which networks (default: all in pretrained/)",
    )


def add_teachable(commands: Any) -> None:
    """Add the command `teachable` and its options."""
    teachable = commands.add_parser(
        "teachable",
        help="add to a trained network what a class needs to teach it",
        description=(
            "Add to a trained network what a class needs to teach it: what its last layer sees of "
            "MNIST's images. The command fit does so by itself, for networks with a dense layer "
            "before their logits and with validation images."
        ),
    )
    teachable.add_argument("bundle", metavar="NAME_OR_FOLDER", help="which network")
    teachable.add_argument("--data", metavar="FILE_OR_FOLDER", help="where MNIST is, as for fit")


def add_film(commands: Any) -> None:
    """Add the command `film` and its options."""
    film = commands.add_parser(
        "film",
        help="add the film of its training to a trained network",
        description=(
            "Train a network once more with its own recipe and seed, and add to it how it read at "
            "some moments of its training, which the page Inside shows. The command fit does so by "
            f"itself for {' and '.join(FILMED)}."
        ),
    )
    film.add_argument("bundle", metavar="NAME_OR_FOLDER", help="which network")
    film.add_argument("--data", metavar="FILE_OR_FOLDER", help="where MNIST is, as for fit")
    film.add_argument(
        "--runs", metavar="FOLDER", type=Path, help="folder for checkpoints (default: runs)"
    )
