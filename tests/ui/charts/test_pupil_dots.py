"""The chart of pupils: a row for each, with its counts and its interval."""

import vl_convert

from mnist_app.chart_style import for_file
from mnist_app.classroom.judging import PupilScore, Score
from mnist_app.ui.charts.pupil_dots import pupil_dots

MARK = "data:image/svg+xml;base64,PHN2Zy8+"
SCORES = [PupilScore(7, Score(3, 10)), PupilScore(2, Score(10, 10))]


def test_rows_keep_their_order_and_their_counts():
    chart = pupil_dots(SCORES, {7: MARK, 2: MARK})
    rows = chart["data"]["values"]
    assert [(row["pupil"], row["counts"]) for row in rows] == [
        ("pupil 7", "3 of 10"),
        ("pupil 2", "10 of 10"),
    ]
    for row, one in zip(rows, SCORES, strict=True):
        assert (row["low"], row["high"]) == one.score.interval
        assert row["share"] == one.score.share
    assert "pupil 7: 3 of 10" in chart["description"]


def test_the_specification_is_drawn_with_all_names():
    drawn = vl_convert.vegalite_to_svg(for_file(pupil_dots(SCORES, {7: MARK, 2: MARK}), 300))
    assert all(text in drawn for text in ("pupil 7", "pupil 2", "3 of 10", "75\N{NO-BREAK SPACE}%"))
    assert drawn.count(f'xlink:href="{MARK}"') == 2
