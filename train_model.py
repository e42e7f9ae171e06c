"""Train the digit readers: `python train_model.py`, or with a command. See --help."""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from mnist_app import console
from mnist_app.bundle import Bundle, load_bundle, shipped_folder, shipped_names
from mnist_app.errors import MnistAppError, TrainingError
from mnist_app.teaching_data import FILE as TEACHING_FILE
from mnist_app.training.command_line import OTHER_COMMANDS, parser
from mnist_app.training.data.class_split import load_class
from mnist_app.training.data.datasets import SYNTHETIC, Dataset, load_dataset
from mnist_app.training.data.pen_digits import load_pen_digits
from mnist_app.training.ink.ink_recipe import NAME as INK
from mnist_app.training.ink.ink_recipe import ink_recipe
from mnist_app.training.model_table import table
from mnist_app.training.recipe import Recipe
from mnist_app.training.recipe_files import from_data, recipe_from
from mnist_app.training.recipes import CNN, recipe_named
from mnist_app.training.search.options import mask_passwords, space_from
from mnist_app.training.settings import bundle_name, changed
from mnist_app.training.startup import start_tensorflow
from mnist_app.training_film import FILE as FILM_FILE

RUNS = Path(__file__).resolve().parent / "runs"
REPORTS = RUNS.with_name("reports")
SEARCHES = RUNS.with_name("searches")


def run_default(_: argparse.Namespace) -> None:
    """Train “cnn”, or go on with it, and publish it beside the shipped bundles."""
    print(OTHER_COMMANDS, flush=True)
    start_tensorflow()
    dataset = load_dataset()
    from mnist_app.training import commands  # noqa: PLC0415 (imports TensorFlow: seconds)

    folder = shipped_folder() / unused_name(CNN.name)
    commands.fit(CNN, dataset, folder, RUNS, resume=True)
    print(f"The app offers it as “{folder.name}”: python -m streamlit run app.py")


def unused_name(name: str) -> str:
    """Return ``name``, or with the first number from 2 on under which no bundle is shipped."""
    taken = set(shipped_names())
    candidates = (name if number == 1 else f"{name}-{number}" for number in range(1, sys.maxsize))
    return next(
        one for one in candidates if one not in taken and not (shipped_folder() / one).exists()
    )


def run_fit(options: argparse.Namespace) -> None:
    """Train a recipe and publish it, or only validate it."""
    settings = options.set + ([] if options.seed is None else [f"seed={options.seed}"])
    if options.recipe == INK:
        run_fit_ink(options, settings)
        return
    base = recipe_from(options.recipe)
    recipe = changed(base, settings)
    class_split = load_class(options.class_file) if options.class_file else None
    start_tensorflow()
    dataset = load_dataset(options.data, pen_digits=recipe.pen_renderings > 0)
    dataset = replace(dataset, class_split=class_split)
    name = bundle_name(base, recipe, dataset.name) + ("-class" if class_split else "")
    folder = options.output or shipped_folder() / name
    runs = options.runs or RUNS
    from mnist_app.training import commands  # noqa: PLC0415 (imports TensorFlow: seconds)

    if options.validation_only:
        commands.validate(
            recipe, dataset, runs / folder.name, resume=options.resume, seeds=options.seeds
        )
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


def run_fit_ink(options: argparse.Namespace, settings: list[str]) -> None:
    """Train the network that finds handwriting in photos, and publish it."""
    recipe = ink_recipe(settings)
    if options.class_file:
        raise TrainingError("The ink network learns no digits. Leave out --class")
    if options.seeds > 1:
        raise TrainingError("The ink network is trained from one seed. Leave out --seeds")
    folder = options.output or shipped_folder() / INK
    if folder.exists() and not options.replace and not options.validation_only:
        raise TrainingError(
            f"There is an ink network at {folder} already. To replace it, add --replace; to keep "
            "it, choose another folder with --output FOLDER"
        )
    pens = load_pen_digits(options.data)
    start_tensorflow()
    from mnist_app.training.ink.ink_training import train_ink  # noqa: PLC0415 (imports TensorFlow: seconds)
    from mnist_app.training.ink.publish import publish_ink  # noqa: PLC0415

    run = train_ink(recipe, pens.digits, (options.runs or RUNS) / INK, resume=options.resume)
    if not options.validation_only:
        publish_ink(run, recipe, folder, f"UCI's pen digits, {pens.source}")
        print(f"Published at {folder}", flush=True)


def run_search(options: argparse.Namespace) -> None:
    """Work on a study until it has the wanted number of trials."""
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
    """Write the report of a bundle."""
    bundle = load_bundle(options.bundle)
    synthetic = bundle.report().data.name == SYNTHETIC
    start_tensorflow()
    dataset = load_dataset(SYNTHETIC if synthetic else options.data)
    from mnist_app.training import commands  # noqa: PLC0415 (imports TensorFlow: seconds)

    page = commands.report(bundle, dataset, options.output or REPORTS / bundle.name)
    print(f"Open {page} in a browser.")


def run_compare(options: argparse.Namespace) -> None:
    """Print the table of the bundles that are named, or of all."""
    names = options.bundles or shipped_names()
    if not names:
        load_bundle()  # raises the error that says how to train one
    print(table([load_bundle(name) for name in names]))


def run_teachable(options: argparse.Namespace) -> None:
    """Add what a class needs to teach it to a bundle."""
    bundle, recipe, dataset = bundle_with_origin(options)
    from mnist_app.training.teachable import make_teachable  # noqa: PLC0415 (imports scikit-learn)

    make_teachable(bundle, recipe, dataset)
    size = (bundle.folder / TEACHING_FILE).stat().st_size
    print(f"“{bundle.name}” can be taught: {TEACHING_FILE} has {size / 1e6:.2f} MB.")


def run_film(options: argparse.Namespace) -> None:
    """Add the film of its training to a bundle."""
    bundle, recipe, dataset = bundle_with_origin(options)
    start_tensorflow()
    from mnist_app.training import commands  # noqa: PLC0415 (imports TensorFlow: seconds)

    commands.film(bundle, recipe, dataset, options.runs or RUNS)
    size = (bundle.folder / FILM_FILE).stat().st_size
    print(f"“{bundle.name}” has the film of its training: {FILM_FILE} has {size / 1e6:.2f} MB.")


def bundle_with_origin(options: argparse.Namespace) -> tuple[Bundle, Recipe, Dataset]:
    """Return a bundle, its recipe, and the data that it was trained on or, if other, its kind."""
    bundle = load_bundle(options.bundle)
    report = bundle.report()
    recipe = from_data(report.content["recipe"], f"The report of “{bundle.name}”")
    dataset = load_dataset(SYNTHETIC if report.data.name == SYNTHETIC else options.data)
    return bundle, recipe, dataset


COMMANDS: Final[Mapping[str | None, Callable[[argparse.Namespace], None]]] = {
    None: run_default,
    "fit": run_fit,
    "search": run_search,
    "report": run_report,
    "compare": run_compare,
    "teachable": run_teachable,
    "film": run_film,
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit status.

    0 done, 1 failed, 2 wrong usage, 130 interrupted, 141 output closed by its reader.
    """
    options = parser().parse_args(arguments)
    console.escape_what_cannot_be_encoded()
    try:
        COMMANDS[options.command](options)
        sys.stdout.flush()
    except BrokenPipeError:
        console.discard_output()
        return console.CLOSED_PIPE
    except (MnistAppError, OSError) as error:
        print(f"Error: {mask_passwords(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nStopped; {options.go_on}", file=sys.stderr)
        return console.INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
