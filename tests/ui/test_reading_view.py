"""The browser's readings have the words and bars of the server's."""

import re
from pathlib import Path

import numpy as np

from mnist_app import Prediction
from mnist_app.ui import reading_view
from tests.live_reading.javascript import needs_node, run

SCRIPT = (Path(reading_view.__file__).with_suffix(".js")).read_text("utf-8")


@needs_node
def test_words_and_bars_are_the_same():
    rng = np.random.default_rng()
    predictions = []
    for index in range(300):
        shares = rng.dirichlet([rng.choice([0.02, 0.1, 1])] * 10).astype(np.float32)
        no_digit = [None, 0.0, float(rng.uniform()), 1.0][index % 4]
        accepted, image = bool(rng.integers(2)), np.zeros((28, 28), np.uint8)
        digit = int(shares.argmax())
        predictions.append(
            Prediction(digit, float(shares.max()), accepted, shares, image, None, no_digit)
        )
    readings = [
        {
            "digit": one.digit,
            "accepted": one.accepted,
            "certainty": one.certainty,
            "answers": one.answers.tolist(),
        }
        for one in predictions
    ]
    script = re.sub(r"export default .*", "", SCRIPT, flags=re.DOTALL)
    given = {"words": reading_view.script_words(), "readings": readings}
    found = run(f"{script} return given.readings.map((one) => asShown(one, given.words));", given)
    assert found == [reading_view.as_shown(one) for one in predictions]
