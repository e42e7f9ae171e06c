"""The Layers view of the Inside page: the outputs of one layer of the network."""

from typing import Final

import numpy as np
import streamlit as st

from mnist_app.arrays import Floats, Image
from mnist_app.explain.feature_maps import DenseUnits, FeatureMaps, Layer, layer_outputs
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.ui import heatmaps, pictures, url_state
from mnist_app.ui.image_row import show_image, show_row
from mnist_app.words import _, mark
from mnist_app.words import number as decimal

KINDS: Final = {
    "dense": mark("Dense"),
    "convolution": mark("Convolution"),
    "max-pooling": mark("Max-pooling"),
    "mean-pooling": mark("Mean-pooling"),
}
"""Names of the kinds of layers."""
MAXIMUM_MAPS: Final = 16
"""Number of feature maps that are shown unless the person asks for all."""
MAXIMUM_UNITS: Final = 8
"""Number of dense units whose weights are shown in the overview."""
MAP_WIDTH: Final = 156
"""Width of a feature map and of a unit's weights on the page, in pixels."""
FILTER_SIDE: Final = 54
"""Maximum width and height of the filter above its map, in pixels."""
FILTER_GAP: Final = 6
"""Pixels between a filter and its map."""
WEIGHTS_SCALE: Final = 6
"""Pixels of a picture for each weight, along each side, in the overview of units."""
UNIT_SCALE: Final = 8
"""The same for the one unit that the person chooses."""
LEVELS_PER_ROW: Final = 16
"""Number of units in a row of the picture of a layer's levels."""
LEVEL_SIDE: Final = 20
"""Width and height of the square of one unit, in pixels."""


def show_layers(network: LiteRTGraph, image: Image) -> None:
    """Show the layer that the person chooses, with its outputs for ``image``, uint8 (28, 28)."""
    found = {
        _name(layer): layer
        for layer in layer_outputs(network, network.values(image))
        # The last layer is left out: the bars of the reading show its outputs.
        if isinstance(layer, FeatureMaps) or not layer.last
    }
    names = tuple(found)
    name = st.selectbox(
        _("Layer, from the image to the answer"),
        names,
        width=260,
        **url_state.bound_options("layer", names, names[0], _("the layer"), _label),
    )
    layer = found[name]
    if isinstance(layer, FeatureMaps):
        _show_maps(layer)
    elif layer.weights is not None:
        _show_weights(layer.levels, layer.weights, image)
    else:
        _show_levels(layer)


def _name(layer: Layer) -> str:
    kind = "dense" if isinstance(layer, DenseUnits) else layer.kind
    return f"{KINDS[kind]} {layer.number}"


def _label(name: str) -> str:
    """Return the name of a layer in the language of the page."""
    kind, number = name.split(" ")
    return f"{_(kind)} {number}"


def _show_maps(layer: FeatureMaps) -> None:
    _describe_maps(layer)
    count = len(layer.maps)
    chosen = np.arange(count)
    if count > MAXIMUM_MAPS and not st.toggle(
        _("Show all {count} maps").format(count=count), key="all_maps"
    ):
        strongest = np.argsort(-layer.maps.max(axis=(1, 2)), kind="stable")[:MAXIMUM_MAPS]
        chosen = np.sort(strongest)
        st.caption(
            _("The {count} that answer most strongly to your digit:").format(count=MAXIMUM_MAPS)
        )
    caption = (
        _("Filter {number}: {answer}")
        if layer.kind == "convolution"
        else _("Map {number}: {answer}")
    )
    alt = _("Map {number}")
    maps = [
        (
            _map_picture(layer, index),
            caption.format(number=index + 1, answer=_answer(layer.maps[index])),
            alt.format(number=index + 1),
        )
        for index in chosen.tolist()
    ]
    show_row(maps, MAP_WIDTH, key="maps")


def _describe_maps(layer: FeatureMaps) -> None:
    """Show what a pooling layer, the first or a later convolution does."""
    count, height, width = layer.maps.shape
    field, kernel = layer.receptive_field.size, layer.kernel
    if layer.kind != "convolution":
        smaller = (
            _(
                "**{count} maps of {height}×{width}, made smaller.** Of every {kernel}×{kernel} "
                "pixels of the maps before, only the strongest stays. A stroke that lies a little "
                "beside its usual place now gives nearly the same."
            )
            if layer.kind == "max-pooling"
            else _(
                "**{count} maps of {height}×{width}, made smaller.** Of every {kernel}×{kernel} "
                "pixels of the maps before, the mean stays. A stroke that lies a little beside its "
                "usual place now gives nearly the same."
            )
        )
        st.markdown(
            smaller.format(count=count, height=height, width=width, kernel=kernel),
            help=_("{kind}. There is nothing to learn in this layer.").format(
                kind=_(KINDS[layer.kind])
            ),
        )
    elif layer.filters is not None:
        st.markdown(
            _(
                "**{count} maps of {height}×{width}: small patterns.** Each filter is a stencil of "
                "{kernel}×{kernel} numbers that the network has learned (small square: orange "
                "wants ink, blue wants paper). It slides over the image; the map below is bright "
                "where it fits. Most of them find edges and ends of strokes."
            ).format(count=count, height=height, width=width, kernel=kernel),
            help=_(
                "Convolution: at every place the pixels are multiplied by the filter's numbers and "
                "added up; what is below zero becomes zero (ReLU)."
            ),
        )
    else:
        st.markdown(
            _(
                "**{count} maps of {height}×{width}: patterns of patterns.** Each filter looks at "
                "{kernel}×{kernel} pixels of all maps before at once. One pixel here depends on "
                "{field}×{field} pixels of the image: {covered}."
            ).format(
                count=count,
                height=height,
                width=width,
                kernel=kernel,
                field=field,
                covered=_field_in_words(field),
            ),
            help=_(
                "Convolution. The {field}×{field} pixels are called the receptive field: the "
                "deeper the layer, the larger it is."
            ).format(field=field),
        )


def _field_in_words(side: int) -> str:
    """Return what part of a digit, 20 pixels tall, a receptive field of ``side`` pixels covers."""
    if side < 8:  # noqa: PLR2004
        return _("enough for corners and ends of strokes")
    return _("enough for curves and crossings") if side < 16 else _("most of a digit")  # noqa: PLR2004


def _answer(numbers: Floats) -> str:
    """Return the highest number of a feature map in words."""
    highest = float(numbers.max())
    if highest <= 0:
        return _("silent")
    return _("answers up to {level}").format(level=decimal(highest, 1))


def _map_picture(layer: FeatureMaps, index: int) -> Image:
    """Return a feature map as a picture, its highest number white, below its filter.

    Only filters that lie on the image itself are drawn: then the picture is RGBA, uint8 (h, w, 4),
    otherwise grey, uint8 (h, w).
    """
    numbers = layer.maps[index]
    scale = max(1, MAP_WIDTH // numbers.shape[1])
    picture = pictures.enlarge(heatmaps.grey(numbers, float(numbers.max())), scale)
    if layer.filters is None:
        return picture
    weights = layer.filters[index]
    stencil = _weights_picture(weights, FILTER_SIDE // len(weights))
    height, width = stencil.shape[:2]
    below = height + FILTER_GAP
    both = np.zeros((below + len(picture), picture.shape[1], 4), np.uint8)
    both[:height, :width, :3], both[:height, :width, 3] = stencil, 255
    both[below:, :, :3], both[below:, :, 3] = picture[..., np.newaxis], 255
    return both


def _show_weights(levels: Floats, weights: Floats, image: Image) -> None:
    """Show dense units that read the image: the strongest ones, and one that the person chooses.

    ``levels`` float32 (n,) are their outputs for ``image``, ``weights`` (n, 28, 28).
    """
    st.markdown(
        _(
            "**{count} units that look at the whole image.** Each has learned a stencil of one "
            "number for every pixel: orange wants ink there, blue wants none. Your ink times the "
            "stencil, added up, is its answer; an answer below zero becomes zero."
        ).format(count=len(levels)),
        help=_(
            "A dense layer; the numbers are called weights, zero instead of negative answers ReLU. "
            "Near the edges the stencils are noise: no digit to learn from had ink there, so these "
            "numbers stayed as random as they were at the start."
        ),
    )
    st.caption(
        _("The {count} that answer most strongly to your digit:").format(count=MAXIMUM_UNITS)
    )
    strongest = np.argsort(-levels, kind="stable")[:MAXIMUM_UNITS]
    caption, alt = _("Unit {number} answers {level}"), _("Weights of unit {number}")
    units = [
        (
            _weights_picture(weights[index], WEIGHTS_SCALE),
            caption.format(number=index + 1, level=decimal(levels[index], 1)),
            alt.format(number=index + 1),
        )
        for index in strongest.tolist()
    ]
    show_row(units, MAP_WIDTH, key="units")
    chosen = _choose_unit(len(levels))
    ink = image.astype(np.float32) / np.float32(255)
    level, stencil = levels[chosen - 1], weights[chosen - 1]
    picked = (
        _("What your ink picks out of it. Added up, it answers {level}")
        if level > 0
        else _("What your ink picks out of it. Added up it is below zero: no answer")
    )
    show_row(
        [
            (
                _weights_picture(stencil, UNIT_SCALE),
                _("The stencil of unit {number}").format(number=chosen),
                _("Weights"),
            ),
            (
                _weights_picture(stencil * ink, UNIT_SCALE),
                picked.format(level=decimal(level, 1)),
                _("Weights times ink"),
            ),
        ],
        28 * UNIT_SCALE,
        key="one_unit",
    )


def _choose_unit(count: int) -> int:
    """Show the choice of one of ``count`` units; return its number, from 1."""
    url_state.check_link("unit", range(1, count + 1), 1, _("the unit"))
    if st.session_state.get("unit", 1) > count:  # chosen for another model, which has more units
        st.session_state["unit"] = 1
    label = _("Look at one unit, 1 to {count}").format(count=count)
    return int(st.number_input(label, 1, count, key="unit", bind="query-params", width=260))


def _weights_picture(weights: Floats, scale: int) -> Image:
    """Return ``weights``, (h, w), as RGB, each a square of ``scale`` pixels."""
    return pictures.enlarge(heatmaps.diverging(weights, float(np.abs(weights).max())), scale)


def _show_levels(layer: DenseUnits) -> None:
    """Show the outputs of units that read other units or feature maps, a square for each."""
    count = len(layer.levels)
    st.markdown(
        _(
            "**{count} units that look at everything before them at once.** Each adds up all "
            "numbers of the layer before, weighed by what it has learned. A bright square is a "
            "unit that answers strongly, a black one is silent."
        ).format(count=count),
        help=_(
            "A dense layer. Its units have no places in the image any more: the squares are only "
            "lined up row by row."
        ),
    )
    squares = np.zeros(-(-count // LEVELS_PER_ROW) * LEVELS_PER_ROW, np.float32)
    squares[:count] = layer.levels
    picture = heatmaps.grey(squares.reshape(-1, LEVELS_PER_ROW), float(layer.levels.max()))
    silent = int((layer.levels <= 0).sum())
    with st.container(key="levels"):
        show_image(
            pictures.enlarge(picture, LEVEL_SIDE, grid=True),
            _("{answering} of {count} units answer, {silent} are silent").format(
                answering=count - silent, count=count, silent=silent
            ),
            _("A square for each unit, the brighter the stronger its answer"),
            LEVELS_PER_ROW * LEVEL_SIDE,
        )
