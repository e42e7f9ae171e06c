"""Figures that the app's pages do not show, drawn with Matplotlib; the others are Altair charts.

`mnist_app.report_charts` has those that pages and files share.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mnist_app.arrays import Floats, Images
from mnist_app.bundle import KNOWN_LABEL_ERRORS

BEST_COLOUR: Final = "#b45309"
TRIAL_COLOUR: Final = "#1d4ed8"
_COLUMNS: Final = 6
"""Number of images in a row."""


def readings(
    images: Images, labels: npt.NDArray[Any], probabilities: Floats, index: npt.NDArray[np.int64]
) -> Figure:
    """Return images with the predicted digit, its confidence, and the label where it differs.

    ``images`` is uint8 (n, 28, 28), ``labels`` (n,), ``probabilities`` calibrated (n, 10) and
    ``index`` (n,) the positions in the test set; those with a known wrong label get a star.
    """
    rows = max(1, -(-len(images) // _COLUMNS))
    figure = Figure(figsize=(9, 1.95 * rows), layout="constrained")
    grid = np.ravel(figure.subplots(rows, _COLUMNS))
    for axes in grid:
        axes.set_axis_off()
    for axes, image, label, row, position in zip(
        grid, images, labels, probabilities, index, strict=False
    ):
        axes.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        read = int(row.argmax())
        star = "*" if int(position) in KNOWN_LABEL_ERRORS else ""
        truth = f"\ntruly {label}{star}" if read != label else ""
        axes.set_title(f"{read}, {row.max():.1%} sure{truth}", fontsize=9)
    return figure


def history(trials: list[tuple[float, bool]]) -> Figure:
    """Return the validation loss of each trial of a search in order, and the best so far.

    ``trials`` are the last validation loss of each, and whether it was trained to the end.
    """
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    axes = figure.subplots()
    number = np.arange(1, len(trials) + 1)
    loss = np.array([value for value, _ in trials], dtype=np.float64)
    whole = np.array([to_the_end for _, to_the_end in trials], dtype=bool)
    axes.plot(number[~whole], loss[~whole], "x", color="grey", label="stopped early")
    axes.plot(number[whole], loss[whole], "o", color=TRIAL_COLOUR, label="trained")
    so_far = np.minimum.accumulate(np.where(whole, loss, np.inf))
    axes.step(number, so_far, where="post", color=BEST_COLOUR, label="best so far")
    # logarithmic: the loss of a bad trial can be a hundred times that of a good one
    axes.set(xlabel="Trial", ylabel="Validation loss", yscale="log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    return figure


def importance(shares: dict[str, float]) -> Figure:
    """Return the importance of each field for the validation loss, the largest on top.

    ``shares`` are from 0 to 1 and sum to 1.
    """
    ordered = sorted(shares.items(), key=lambda item: item[1])
    figure = Figure(figsize=(7, 1.2 + 0.3 * len(ordered)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(
        [name for name, _ in ordered], [share for _, share in ordered], color=TRIAL_COLOUR
    )
    axes.bar_label(bars, fmt="{:.0%}", padding=3)
    axes.set(xlabel="Share of the difference that the setting made")
    axes.margins(x=0.1)
    axes.grid(alpha=0.3, axis="x")
    return figure
