"""Train the digit readers: `python train_model.py fit cnn`. See --help."""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from mnist_app.bundle import load_bundle, shipped_folder, shipped_names
from mnist_app.errors import MnistAppError
from mnist_app.training.data.datasets import DATA_VARIABLE, SYNTHETIC, load_dataset
from mnist_app.training.model_table import table
from mnist_app.training.recipe_files import recipe_from
from mnist_app.training.recipes import RECIPES, recipe_named
from mnist_app.training.search.options import add_search, at_least_one, space_from, without_password
from mnist_app.training.settings import bundle_name, changed

RUNS = Path(__file__).resolve().parent / "runs"
REPORTS = RUNS.with_name("reports")
SEARCHES = RUNS.with_name("searches")
INTERRUPTED = 130
"""Exit status of a program that Ctrl-C ended, as shells count it."""


class Parser(argparse.ArgumentParser):
    """One that repeats no password when it says what it did not understand."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with status 2."""
        super().error(without_password(message))


def parser() -> argparse.ArgumentParser:
    """Return what understands the command line."""
    top = Parser(
        prog="train_model.py",
        description="Train a network that reads handwritten digits, and make it ready for the app.",
    )
    top.set_defaults(go_on="give the same command again")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_fit(commands)
    add_search(commands).set_defaults(run=run_search)
    add_report(commands)
    add_compare(commands)
    return top


def add_fit(commands: Any) -> None:
    """Add what `fit` understands."""
    fit = commands.add_parser(
        "fit",
        help="train a network and publish it as a bundle",
        description=(
            "Train a network on the 60,000 training images of MNIST. A tenth of them is held "
            "out: after every epoch (one pass over the others) the network is tried on these "
            "validation images, which it does not learn from. In the end it is tried once on the "
            "10,000 test images, and the bundle that the app reads digits with is published."
        ),
        epilog="Recipes: " + "; ".join(f"{name} ({r.title})" for name, r in RECIPES.items()),
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
        f"files. Without it: the folder that {DATA_VARIABLE} names, Keras's cache, a download. "
        "The word “openml” stands for data set 554 at openml.org, “tfds” for TensorFlow Datasets, "
        "and “synthetic” for a few hundred printed digits that need no file: for a quick try",
    )
    fit.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="change a field of the recipe, such as epochs=3 or hidden=[256,64]; can be repeated. "
        "The bundle then gets a name that says so",
    )
    fit.add_argument(
        "--seed", type=int, metavar="N", help="another start for everything random (usually 0)"
    )
    fit.add_argument(
        "--seeds",
        type=at_least_one,
        default=1,
        metavar="N",
        help="train N times, from as many seeds one after the other, and report how far they lie "
        "apart; the first is published, whatever the others reach",
    )
    fit.add_argument(
        "--output", metavar="FOLDER", type=Path, help="publish the bundle there instead"
    )
    fit.add_argument(
        "--replace", action="store_true", help="replace the bundle that is there already"
    )
    fit.add_argument(
        "--resume",
        action="store_true",
        help="go on from the last checkpoint of the same run; the result is the same as if it had "
        "not been interrupted",
    )
    fit.add_argument(
        "--runs",
        metavar="FOLDER",
        type=Path,
        help="keep checkpoints there instead of in the folder runs",
    )
    fit.add_argument(
        "--validation-only",
        action="store_true",
        help="leave the test images alone and publish nothing: for comparing settings before "
        "you decide on one",
    )
    fit.set_defaults(
        run=run_fit,
        go_on="nothing was published. To go on from the last whole epoch, give the same command "
        "again with --resume",
    )


def add_report(commands: Any) -> None:
    """Add what `report` understands."""
    report = commands.add_parser(
        "report",
        help="write a trained network's report as a web page with figures",
        description=(
            "Write the report of a trained network into a folder: one web page that needs nothing "
            "else, and its figures as PNG and SVG. Learning curves, confusion matrix, precision "
            "and recall per digit, reliability, and the errors it was surest of."
        ),
    )
    report.add_argument("bundle", metavar="NAME_OR_FOLDER", help="which network")
    report.add_argument("--data", metavar="FILE_OR_FOLDER", help="where MNIST is, as for fit")
    report.add_argument(
        "--output", metavar="FOLDER", type=Path, help="write there instead of into reports/NAME"
    )
    report.set_defaults(run=run_report)


def add_compare(commands: Any) -> None:
    """Add what `compare` understands."""
    compare = commands.add_parser(
        "compare",
        help="show all trained networks in one table",
        description=(
            "Show the trained networks side by side, with what the projects that they follow "
            "reported. Accuracy is the share of the 10,000 test images that is read right; the "
            "95 % interval says how far chance alone could have moved it."
        ),
    )
    compare.add_argument(
        "bundles",
        metavar="NAME_OR_FOLDER",
        nargs="*",
        help="which ones (without any: all that are shipped)",
    )
    compare.set_defaults(run=run_compare)


def run_fit(options: argparse.Namespace) -> None:
    """Understand what is asked for, then have it trained."""
    settings = options.set + ([] if options.seed is None else [f"seed={options.seed}"])
    base = recipe_from(options.recipe)
    recipe = changed(base, settings)
    start_tensorflow()  # before the data: a download is Keras's
    dataset = load_dataset(options.data, pens=recipe.pen_renderings > 0)
    folder = options.output or shipped_folder() / bundle_name(base, recipe, dataset.name)
    runs = options.runs or RUNS
    from mnist_app.training import commands  # noqa: PLC0415 (imports TensorFlow: seconds)

    if options.validation_only:
        commands.try_out(recipe, dataset, runs / folder.name, resume=options.resume)
    else:
        commands.fit(
            recipe,
            dataset,
            folder,
            runs,
            replace=options.replace,
            resume=options.resume,
            seeds=options.seeds,
        )


def run_search(options: argparse.Namespace) -> None:
    """Understand what is to be searched, and where the study is; then work on it."""
    base = recipe_named(options.recipe)
    recipe, space = changed(base, options.set), space_from(options)
    start_tensorflow()
    dataset = load_dataset(options.data)
    name = options.study or bundle_name(base, recipe, dataset.name)
    from mnist_app.training.search import hyperparameter_search  # noqa: PLC0415 (imports TensorFlow: seconds)

    hyperparameter_search.command(
        hyperparameter_search.Search(recipe, space, dataset),
        name,
        options.output or SEARCHES / name,
        storage=options.storage,
        lost_after=options.lost_after,
        total=options.trials,
        seed=options.seed,
    )


def run_report(options: argparse.Namespace) -> None:
    """Write the report of the bundle that is asked for."""
    bundle = load_bundle(options.bundle)
    synthetic = bundle.report()["data"]["name"] == SYNTHETIC
    start_tensorflow()
    dataset = load_dataset(SYNTHETIC if synthetic else options.data)
    from mnist_app.training import commands  # noqa: PLC0415 (imports TensorFlow: seconds)

    page = commands.report(bundle, dataset, options.output or REPORTS / bundle.name)
    print(f"Open {page} in a browser.")


def run_compare(options: argparse.Namespace) -> None:
    """Print the table of the bundles that are asked for."""
    names = options.bundles or shipped_names()
    if not names:
        load_bundle()  # says that there is none, and how to make one
    print(table([load_bundle(name) for name in names]))


def start_tensorflow() -> None:
    """Import TensorFlow without its start-up notices, unless the import fails."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    screen = os.dup(2)
    with tempfile.TemporaryFile() as notices:
        os.dup2(notices.fileno(), 2)
        try:
            import tensorflow as tf  # noqa: F401, PLC0415
        except BaseException:
            notices.seek(0)
            os.write(screen, notices.read())
            raise
        finally:
            os.dup2(screen, 2)
            os.close(screen)


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit status: 0 done, 1 failed, 2 wrong usage."""
    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console without “█” shows “?”
    try:
        options.run(options)
    except (MnistAppError, OSError) as error:
        print(f"Error: {without_password(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nStopped; {options.go_on}", file=sys.stderr)
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
