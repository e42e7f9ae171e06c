"""axe-core on the views of the page Class: the teacher's steps, and what a pupil sees first."""

from dataclasses import replace

import pytest

from tests.browser.test_accessibility import VIEWS, violations
from tests.classroom import taught
from tests.classroom.lessons import draw
from tests.ui.classroom import small_class

IS_SHOWN = """theme => {
    const app = document.querySelector("[data-testid=stApp]");
    return (getComputedStyle(app).backgroundColor.match(/\\d+/)[0] < 128) === (theme === "dark");
}"""
"""Whether the page has the colours of a theme."""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _class_addresses(monitor):
    # Streamlit's frontend first looks for the server below the address of the page Class.
    monitor.ignore(r"status of 404")


@pytest.fixture
def views(store):
    """Addresses after that of the page Class, and what each view shows last.

    Four pupils have drawn, a fifth has nothing yet, a sixth is done; two models were taught, and
    one drawing was removed.
    """
    classroom, teacher = small_class.make(store, 4)
    drawings = store.drawings(classroom)
    changed = replace(taught.OUTCOME, gained=((drawings[0].id, 7),), lost=((drawings[1].id, 9),))
    for name in ("ours", "theirs"):
        store.add_taught_model(classroom, name, taught.LAYER.to_bytes(), changed.to_json())
    store.remove_drawing(classroom, drawings[-1].id)
    _, begins = store.join(classroom)
    ends, done = store.join(classroom)
    for _ in range(10):
        draw(store, ends)
    steps = f"?key={teacher}&step="
    yield {
        "Collect": (f"{steps}Collect", ".pupils .drawing"),
        "Judge": (f"{steps}Judge", ".st-key-judge_pictures img"),
        "Teach": (f"{steps}Teach", ".st-key-taught_lost_pictures img"),
        "Keep": (f"{steps}Keep+%26+delete", ".st-key-class_purge"),
        "join": (f"?code={classroom.code}", ".st-key-join_class"),
        "draw": (f"?pupil={begins}", ".st-key-class_prompt"),
        "done": (f"?pupil={done}", ".st-key-class_own img"),
    }
    store.delete_class(classroom)


def test_axe_finds_no_fault_in_a_class(open_context, app, views):
    page = open_context(app.url).new_page()
    faults = {}

    def look(name):
        for theme, width, height in VIEWS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme)
            page.wait_for_function(IS_SHOWN, arg=theme)
            # The tooltip of a chart has left an empty element outside the landmarks of the page.
            page.evaluate("document.querySelector('#vg-tooltip-element')?.remove()")
            if found := violations(page):
                faults[name, theme] = found

    for view, (address, ready) in views.items():
        page.goto(f"{app.url}/class{address}")
        page.locator(ready).first.wait_for()
        look(view)
    page.goto(f"{app.url}/class")  # its first tab is among the pages of test_accessibility
    for tab in ("Make a class", "Open a saved class"):
        page.get_by_role("tab", name=tab).click()
        look(tab)
    assert faults == {}
