"""The scripts for the browser make of strokes what the server makes: every pixel is the same."""

import base64

import numpy as np
import pytest

from mnist_app import Recognizer, live_reading
from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import Stroke, draw, flatten_path
from tests.live_reading.javascript import needs_node, run

pytestmark = needs_node

SIDE = 340
BRUSHES = (1, 2, 8, 13, 22, 23, 40, 40.5)
READER = live_reading.join_scripts(*live_reading.READER)
DECODE = """
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (numbers) => Buffer.from(numbers).toString("base64");
"""


def random_stroke(rng):
    """Return the numbers of a stroke as the scripts take them: a brush and a path."""
    reach = rng.choice([0, 0.02, 1, 30, 200, 340, 900])
    corner = rng.uniform(-20, SIDE, 2)
    points = corner + rng.uniform(-0.5, 0.5, (2 + 2 * rng.integers(0, 7), 2)) * reach
    if rng.random() < 0.3:
        points = np.round(points)
    return [float(rng.choice(BRUSHES)), *points.ravel().tolist()]


def as_stroke(numbers):
    width, *rest = numbers
    curves = [["Q", *rest[at : at + 4]] for at in range(2, len(rest) - 2, 4)]
    return Stroke(flatten_path([["M", *rest[:2]], *curves, ["L", *rest[-2:]]]), width)


def pixels(text, *shape):
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(shape)


@pytest.fixture(scope="module")
def drawings():
    rng = np.random.default_rng()
    return [[random_stroke(rng) for _ in range(rng.integers(1, 4))] for _ in range(80)]


def test_ink_and_image_are_the_server_s(drawings):
    found = run(
        f"""{READER} {DECODE}
        return given.map((strokes) => {{
          const ink = newInk({SIDE}, {SIDE});
          for (const numbers of strokes) {{
            const stroke = Float64Array.from(numbers);
            ink.paint(SETTLED, () => {{
              if (ink.isDot(stroke)) ink.paintDot(stroke);
              else {{
                ink.paintCurves(stroke, 3, stroke.length - 2);
                ink.paintLastLine(stroke);
              }}
            }});
          }}
          ink.countLevels();
          const image = normalizeDigit(ink);
          return {{ levels: text(ink.levels), image: image && text(image) }};
        }});""",
        drawings,
    )
    for strokes, ours in zip(drawings, found, strict=True):
        ink = draw(map(as_stroke, strokes), SIDE, SIDE)
        assert np.array_equal(pixels(ours["levels"], SIDE, SIDE), ink), strokes
        steps = steps_of_drawing(ink)
        assert (ours["image"] is None) == (steps is None)
        if steps is not None:
            assert np.array_equal(pixels(ours["image"], 28, 28), steps.image), strokes


def test_a_moving_pen_leaves_nothing_behind():
    """A drawing that grows by movements, is cut back and goes on, is one drawn at once."""
    rng = np.random.default_rng()
    moves = []
    for _ in range(6):
        strokes = [random_stroke(rng) for _ in range(rng.integers(1, 4))]
        for index, stroke in enumerate(strokes):
            # The last line of a moving pen ends elsewhere with every movement.
            growing = range(3, len(stroke), 4)
            loose = [[*stroke[:end], *rng.uniform(0, SIDE, 2).tolist()] for end in growing]
            moves += [[*strokes[:index], part] for part in [*loose, stroke]]
        moves += [strokes[:1], [*strokes[:1], random_stroke(rng)]]
    found = run(
        f"""{READER} {DECODE}
        const imageOf = newPainter();
        let before = [];
        return given.map((strokes) => {{
          const isSame = (stroke, at) => JSON.stringify(stroke) === JSON.stringify(before[at]);
          const changed = strokes.findIndex((stroke, at) => !isSame(stroke, at));
          const keep = changed < 0 ? strokes.length : changed;
          before = strokes;
          const added = strokes.slice(keep).map((stroke) => Float64Array.from(stroke));
          const image = imageOf({{ width: {SIDE}, height: {SIDE}, keep, strokes: added }});
          return image && text(image);
        }});""",
        moves,
    )
    for strokes, image in zip(moves, found, strict=True):
        steps = steps_of_drawing(draw(map(as_stroke, strokes), SIDE, SIDE))
        if steps is None:
            assert image is None
        else:
            assert np.array_equal(pixels(image, 28, 28), steps.image), strokes


@pytest.mark.parametrize("name", shipped_names())
def test_the_network_is_the_server_s(name):
    bundle = load_bundle(name)
    recognizer = Recognizer(bundle)
    misread = bundle.misread().images[:12]
    images = np.concatenate([misread, np.zeros((1, 28, 28), np.uint8)])
    settings = bundle.settings
    given = {
        "weights": base64.b64encode(bundle.browser_network).decode(),
        "images": [image.ravel().tolist() for image in images],
        "settings": [settings.temperature, settings.acceptance_threshold],
    }
    readings = run(
        f"""{READER} {DECODE}
        const file = bytes(given.weights).slice().buffer;
        const fast = newNetwork(file, KERNEL);
        const slow = newNetwork(file, new Uint8Array(0)); // as without WebAssembly
        return given.images.map((image, at) => {{
          const logits = fast(Uint8Array.from(image));
          const others = at < 2 ? [...slow(Uint8Array.from(image))] : [...logits];
          return {{ logits: [...logits], others, ...prediction(logits, ...given.settings) }};
        }});""",
        given,
    )
    expected = recognizer.logits(images)
    found = np.array([reading["logits"] for reading in readings])
    assert np.abs(found - expected).max() < 0.03  # by the rounding of the weights
    others = np.array([reading["others"] for reading in readings])
    assert np.abs(found - others).max() < 1e-3
    for reading, server in zip(readings, recognizer.read_normalized_batch(images), strict=True):
        assert np.abs(np.array(reading["answers"]) - server.answers).max() < 0.005
        assert reading["certainty"] == pytest.approx(server.certainty, abs=0.005)
        if abs(server.confidence - np.sort(server.probabilities)[-2]) > 0.01:
            assert reading["digit"] == server.digit


def test_what_is_accepted():
    """Ten logits are accepted by their confidence, eleven by the probability of a digit."""
    sure, torn = [9.0, *[0.0] * 9], [9.0, 9.0, *[0.0] * 8]
    cases = [[sure, 1, 0.9], [torn, 1, 0.4], [torn, 1, 0.9], [[*sure, 0.0], 1, 0.9]]
    cases += [[[*torn, 0.0], 1, 0.4], [[*sure, 20.0], 1, 0.1], [sure, 20, 0.9]]
    found = run(f"{READER} return given.map((one) => prediction(...one).accepted);", cases)
    assert found == [True, True, False, True, False, False, False]
