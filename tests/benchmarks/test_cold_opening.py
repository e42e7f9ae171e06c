"""The report of cold openings."""

from benchmarks.cold_opening import LIVE, WEBSOCKET, Opening, as_text


def test_the_report_gives_medians_and_the_largest_files_first():
    files = {"small.js": 1_000, "large.js": 2_000_000, WEBSOCKET: 9_000, f"{LIVE}best.bin": 600_000}
    openings = [Opening(seconds, files, 3_000_000) for seconds in (21.0, 18.0, 19.0)]
    lines = as_text(openings, 500.0).splitlines()
    assert lines[0] == "transferred before the first stroke: 2.01 MB in 4 files"
    assert lines[1] == "with its reading: 3.00 MB"
    assert lines[2] == "of it, to read in the browser, once one can draw: 0.60 MB"
    assert lines[3] == "until one can draw on 500 kbit/s: 19.0 s, 18.0 to 21.0 in 3 openings"
    largest = [line.split()[-1] for line in lines[4:]]
    assert largest == ["large.js", "live/best.bin", WEBSOCKET, "small.js"]
