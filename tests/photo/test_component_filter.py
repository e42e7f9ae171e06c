"""What a pen wrote is kept, and bits of shadows, smears and specks are not."""

import cv2
import numpy as np
import pytest

from mnist_app.photo.component_filter import add_faint_parts, filter_components, remove_discs
from mnist_app.photo.shadows import sharp_edges

INK, STROKE = 150, 10
SHAPE = (240, 320)
DIGIT = np.s_[60:160, 60:70]


def kept(absorbance, seen=None, **more):
    """Return what is left of all that is in ``absorbance``, as booleans."""
    _, rise, _ = sharp_edges(absorbance, 9, 20)
    mask = (absorbance > 40).astype(np.uint8)
    seen = np.atleast_3d(absorbance if seen is None else seen)
    more = {"is_lined": False, **more}
    found = filter_components(mask, absorbance, rise, seen, stroke=STROKE, **more)
    assert not np.any(found & ~mask)
    return found > 0


def sheet():
    """Return paper with a stroke on it."""
    absorbance = np.zeros(SHAPE, np.uint8)
    absorbance[DIGIT] = INK
    return absorbance


def test_strokes_are_kept_in_the_light_and_in_a_shadow():
    absorbance = sheet()
    absorbance[60:160, 200:210] = INK
    shadow = 90
    shadowed = absorbance.copy()
    dark = shadowed[:, 160:].astype(float)
    shadowed[:, 160:] = 255 - (255 - dark) * (255 - shadow) / 255
    assert np.array_equal(kept(absorbance, shadowed), absorbance > 0)


@pytest.mark.parametrize("level", [100, INK])
def test_what_goes_on_as_a_shadow_is_none_of_the_strokes(level):
    """A wedge of a shadow was left over: on one side of it the shadow was taken out."""
    absorbance = sheet()
    wedge = cv2.fillPoly(
        np.zeros(SHAPE, np.uint8), [np.array([(200, 60), (200, 160), (230, 160)])], 1
    )
    absorbance[wedge > 0] = level
    shadowed = absorbance.copy()
    shadowed[60:160, 150:200] = level
    assert np.array_equal(kept(absorbance, shadowed), sheet() > 0)
    if level == INK:
        assert np.array_equal(kept(absorbance), absorbance > 0)


def test_coloured_ink_differs_from_paper_in_some_channel():
    """Red ink absorbs no red light: as red as the paper, it does not go on there."""
    absorbance = sheet()
    red = np.dstack([np.zeros_like(absorbance), absorbance, absorbance])
    assert np.array_equal(kept(absorbance, red), absorbance > 0)
    wedge = absorbance.copy()
    wedge[60:160, 200:210] = INK
    seen = np.dstack([wedge, wedge, wedge])
    seen[50:170, 150:200] = INK
    assert np.array_equal(kept(wedge, seen), absorbance > 0)


def test_writing_that_a_shadow_touches_is_kept_if_there_is_no_other():
    absorbance = sheet()
    shadowed = absorbance.copy()
    shadowed[60:160, 70:100] = INK
    assert np.array_equal(kept(absorbance, shadowed), absorbance > 0)


def test_what_is_much_paler_than_the_writing_is_no_stroke():
    pale, pressed_less = sheet(), sheet()
    pale[60:160, 200:210] = 0.55 * INK
    pressed_less[60:160, 200:210] = 0.75 * INK
    assert np.array_equal(kept(pale), sheet() > 0)
    assert np.array_equal(kept(pressed_less), pressed_less > 0)


def test_a_dark_speck_does_not_make_the_writing_pale():
    absorbance = sheet()
    absorbance[20:28, 300:308] = 255
    assert kept(absorbance)[DIGIT].all()


def test_specks_and_smears_are_taken_out():
    absorbance = sheet()
    absorbance[20:26, 20:26] = INK
    absorbance[180:220, 100:300] = cv2.GaussianBlur(
        np.pad(np.full((10, 100), INK, np.uint8), ((15, 15), (50, 50))), (0, 0), 12
    )
    assert np.array_equal(kept(absorbance), sheet() > 0)


def test_lines_that_go_on_beyond_the_picture_are_printed():
    absorbance = sheet()
    absorbance[200:206, 100:] = INK
    assert np.array_equal(kept(absorbance, is_lined=True), sheet() > 0)
    assert np.array_equal(kept(absorbance), absorbance > 0)


def test_nothing_so_small_that_it_is_no_digit():
    absorbance = np.zeros(SHAPE, np.uint8)
    absorbance[100:103, 100:103] = INK
    assert not kept(absorbance).any()


def test_a_stroke_pressed_less_goes_on_and_a_shadow_beside_it_does_not():
    absorbance = sheet()
    strokes = (absorbance > 0).astype(np.uint8)
    absorbance[160:200, 60:70] = INK // 5
    pressed_less = (absorbance > 0).astype(np.uint8)
    absorbance[60:100, 70:110] = INK // 5
    absorbance[20:26, 200:300] = INK // 5
    faint = (absorbance > 0).astype(np.uint8)
    found = add_faint_parts(strokes, faint, absorbance, np.atleast_3d(absorbance), stroke=STROKE)
    assert np.array_equal(found, pressed_less)


def test_a_faint_part_beside_which_it_is_as_dark_is_a_shadows():
    absorbance = sheet()
    strokes = (absorbance > 0).astype(np.uint8)
    absorbance[160:200, 60:70] = INK // 5
    seen = absorbance.copy()
    seen[160:200, 70:120] = INK // 5
    faint = (absorbance > 0).astype(np.uint8)
    found = add_faint_parts(strokes, faint, absorbance, np.atleast_3d(seen), stroke=STROKE)
    assert np.array_equal(found, strokes)


@pytest.mark.parametrize("axes", [(15, 15), (18, 12), (10, 19)])
@pytest.mark.parametrize("angle", [0, 40])
def test_punched_holes_are_taken_out(axes, angle):
    holed = cv2.ellipse(sheet(), (220, 120), axes, angle, 0, 360, INK, cv2.FILLED, cv2.LINE_AA)
    assert np.array_equal(remove_discs(holed, 23), sheet())


def test_a_hole_in_a_shadow_leaves_the_shadow():
    absorbance = sheet()
    absorbance[:, 160:] = 60
    holed = cv2.circle(absorbance.copy(), (240, 120), 15, INK, cv2.FILLED)
    left = remove_discs(holed, 23)
    assert left.max(where=absorbance < INK, initial=0) == 60
    assert np.array_equal(left[:, :200], absorbance[:, :200])


@pytest.mark.parametrize(
    "shape",
    [
        lambda absorbance: cv2.circle(absorbance, (220, 120), 16, INK, 7),
        lambda absorbance: cv2.ellipse(
            absorbance, (220, 120), (6, 20), 10, 0, 360, INK, cv2.FILLED
        ),
        lambda absorbance: cv2.rectangle(absorbance, (205, 105), (235, 135), INK, cv2.FILLED),
        lambda absorbance: cv2.circle(absorbance, (220, 120), 60, INK, cv2.FILLED),
    ],
    ids=["ring", "stroke", "square", "large"],
)
def test_what_is_no_disc_stays(shape):
    absorbance = shape(sheet())
    assert np.array_equal(remove_discs(absorbance, 23), absorbance)


@pytest.mark.parametrize("is_lined", [True, False])
def test_a_straight_line_to_the_edge_of_a_lined_sheet_is_printed(is_lined):
    absorbance = sheet()
    absorbance[20:120, 200:208] = INK
    on_desk = np.zeros(SHAPE, np.bool_)
    on_desk[20:220, 20:300] = True
    left = kept(absorbance, is_lined=is_lined, sheet=on_desk)
    assert left[60, 204] != is_lined
    assert np.array_equal(left[:, :160], absorbance[:, :160] > 0)
