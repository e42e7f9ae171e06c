"""The part of the Inside page that goes through the network layer by layer."""

from typing import Final

import numpy as np
import streamlit as st

from mnist_app.arrays import Floats, Image
from mnist_app.explain.feature_maps import DenseUnits, FeatureMaps, Layer, layer_outputs
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.ui import heatmaps, pictures, url_state

MAPS_SHOWN: Final = 16
UNITS_SHOWN: Final = 8
MAP_SIDE: Final = 156
"""About how many pixels of the screen a map is wide."""
WEIGHTS_SCALE: Final = 6
FILTER_SIDE: Final = 54
GAP: Final = 6
LEVELS_IN_A_ROW: Final = 16
LEVELS_SCALE: Final = 20


def show_layers(network: LiteRTGraph, image: Image) -> None:
    """Show the layer that a person chooses, as it is when the network reads ``image``."""
    found = {_name(layer): layer for layer in layer_outputs(network, network.values(image))}
    found = {name: layer for name, layer in found.items() if _is_shown(layer)}
    names = tuple(found)
    name = st.selectbox(
        "Layer, from the image to the answer",
        names,
        width=260,
        **url_state.bound("layer", names, names[0], "the layer"),
    )
    layer = found[name]
    if isinstance(layer, FeatureMaps):
        _show_maps(layer)
    elif layer.weights is not None:
        _show_weights(layer.levels, layer.weights, image)
    else:
        _show_levels(layer)


def _is_shown(layer: Layer) -> bool:
    """Leave out the last layer: its levels are what the bars show."""
    return isinstance(layer, FeatureMaps) or not layer.last


def _name(layer: Layer) -> str:
    if isinstance(layer, DenseUnits):
        return f"Dense {layer.number}"
    return f"{layer.kind.capitalize()} {layer.number}"


def _show_maps(layer: FeatureMaps) -> None:
    count, height, width = layer.maps.shape
    seen, kernel = layer.receptive_field.size, layer.kernel
    if layer.kind != "convolution":
        stays = "only the strongest stays" if layer.kind == "max-pooling" else "the mean stays"
        st.markdown(
            f"**{count} maps of {height}×{width}, made smaller.** Of every {kernel}×{kernel} "
            f"pixels of the maps before, {stays}. A stroke that lies a little beside its usual "
            "place now gives nearly the same.",
            help=f"{layer.kind.capitalize()}. There is nothing to learn in this layer.",
        )
    elif layer.filters is not None:
        st.markdown(
            f"**{count} maps of {height}×{width}: small patterns.** Each filter is a stencil of "
            f"{kernel}×{kernel} numbers that the network has learned (small square: orange "
            "wants ink, blue wants paper). It slides over the image; the map below is bright where "
            "it fits. Most of them find edges and ends of strokes.",
            help="Convolution: at every place the pixels are multiplied by the filter's numbers "
            "and added up; what is below zero becomes zero (ReLU).",
        )
    else:
        st.markdown(
            f"**{count} maps of {height}×{width}: patterns of patterns.** Each filter looks at "
            f"{kernel}×{kernel} pixels of all maps before at once. One pixel here depends on "
            f"{seen}×{seen} pixels of the image: {_reach(seen)}.",
            help=f"Convolution. The {seen}×{seen} pixels are called the receptive field: the "
            "deeper the layer, the larger it is.",
        )
    shown = np.arange(count)
    if count > MAPS_SHOWN and not st.toggle(f"Show all {count} maps", key="all_maps"):
        strongest = np.argsort(-layer.maps.max(axis=(1, 2)), kind="stable")[:MAPS_SHOWN]
        shown = np.sort(strongest)
        st.caption(f"The {MAPS_SHOWN} that answer most strongly to your digit:")
    word = "Filter" if layer.kind == "convolution" else "Map"
    with st.container(horizontal=True, key="maps"):
        for number in shown.tolist():
            highest = float(layer.maps[number].max())
            answer = f"answers up to {highest:.1f}" if highest > 0 else "silent"
            st.image(
                pictures.data_url(_map_picture(layer, number)),
                caption=f"{word} {number + 1}: {answer}",
                width=MAP_SIDE,
            )


def _reach(seen: int) -> str:
    """Say what fits into a window of so many pixels; a digit is 20 pixels tall."""
    if seen < 8:  # noqa: PLR2004
        return "enough for corners and ends of strokes"
    return "enough for curves and crossings" if seen < 16 else "most of a digit"  # noqa: PLR2004


def _map_picture(layer: FeatureMaps, number: int) -> Image:
    """Return a map, its highest number white; above it its filter where it lies on the image."""
    numbers = layer.maps[number]
    scale = max(1, MAP_SIDE // numbers.shape[1])
    picture = pictures.enlarge(heatmaps.grey(numbers, float(numbers.max())), scale)
    if layer.filters is None:
        return picture
    weights = layer.filters[number]
    side = FILTER_SIDE // len(weights)
    stencil = heatmaps.signed(weights, float(np.abs(weights).max()))
    stencil = stencil.repeat(side, axis=0).repeat(side, axis=1)
    height, width = stencil.shape[:2]
    both = np.zeros((height + GAP + len(picture), picture.shape[1], 4), np.uint8)
    both[:height, :width, :3], both[:height, :width, 3] = stencil, 255
    both[height + GAP :, :, :3], both[height + GAP :, :, 3] = picture[..., np.newaxis], 255
    return both


def _show_weights(levels: Floats, weights: Floats, image: Image) -> None:
    count = len(levels)
    st.markdown(
        f"**{count} units that look at the whole image.** Each has learned a stencil of one number "
        "for every pixel: orange wants ink there, blue wants none. Your ink times the stencil, "
        "added up, is its answer; an answer below zero becomes zero.",
        help="A dense layer; the numbers are called weights, zero instead of negative answers "
        "ReLU. Near the edges the stencils are noise: no digit to learn from had ink there, so "
        "these numbers stayed as random as they were at the start.",
    )
    st.caption(f"The {UNITS_SHOWN} that answer most strongly to your digit:")
    strongest = np.argsort(-levels, kind="stable")[:UNITS_SHOWN]
    with st.container(horizontal=True, key="units"):
        for number in strongest.tolist():
            st.image(
                pictures.data_url(_stencil(weights[number])),
                caption=f"Unit {number + 1} answers {levels[number]:.1f}",
                width=MAP_SIDE,
            )
    state = st.session_state
    url_state.check_link("unit", range(1, count + 1), 1, "the unit")
    if state.get("unit", 1) > count:  # another model has fewer
        state["unit"] = 1
    chosen = st.number_input(
        f"Look at one unit, 1 to {count}", 1, count, key="unit", bind="query-params", width=260
    )
    unit = int(chosen) - 1
    share = image.astype(np.float32) / np.float32(255)
    with st.container(horizontal=True, key="one_unit"):
        st.image(
            pictures.data_url(_stencil(weights[unit], 8)),
            caption=f"The stencil of unit {chosen}",
            width=224,
        )
        st.image(
            pictures.data_url(_stencil(weights[unit] * share, 8)),
            caption="What your ink picks out of it. "
            + (
                f"Added up, it answers {levels[unit]:.1f}"
                if levels[unit] > 0
                else "Added up it is below zero: no answer"
            ),
            width=224,
        )


def _stencil(weights: Floats, scale: int = WEIGHTS_SCALE) -> Image:
    picture = heatmaps.signed(weights, float(np.abs(weights).max()))
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def _show_levels(layer: DenseUnits) -> None:
    """Show the answers of units that look at other units or at maps, a square each."""
    count = len(layer.levels)
    st.markdown(
        f"**{count} units that look at everything before them at once.** Each adds up all numbers "
        "of the layer before, weighed by what it has learned. A bright square is a unit that "
        "answers strongly, a black one is silent.",
        help="A dense layer. Its units have no places in the image any more: the squares are only "
        "lined up row by row.",
    )
    squares = np.zeros(-(-count // LEVELS_IN_A_ROW) * LEVELS_IN_A_ROW, np.float32)
    squares[:count] = layer.levels
    picture = heatmaps.grey(squares.reshape(-1, LEVELS_IN_A_ROW), float(layer.levels.max()))
    silent = int((layer.levels <= 0).sum())
    with st.container(key="levels"):
        st.image(
            pictures.data_url(pictures.enlarge(picture, LEVELS_SCALE, grid=True)),
            caption=f"{count - silent} of {count} units answer, {silent} are silent",
            width=LEVELS_IN_A_ROW * LEVELS_SCALE,
        )
