"""The card of a class: its counts are right, and titles are no markup."""

from datetime import UTC, datetime

from mnist_app.classroom.class_card import class_card
from tests.classroom.class_files import exported, parts
from tests.classroom.lessons import draw, new_class, today

SAVED_AT = datetime(2026, 5, 4, tzinfo=UTC)


def card_of(store, classroom):
    return parts(exported(store, classroom))["README.md"].decode()


def test_the_card_counts_the_drawings_of_each_pupil_and_digit(sqlite_store):
    classroom, _ = new_class(sqlite_store)
    for _ in range(2):
        pupil, _ = sqlite_store.join(classroom)
        draw(sqlite_store, pupil, label=7)
        draw(sqlite_store, pupil, label=0)
    draw(sqlite_store, pupil, label=7)
    card = card_of(sqlite_store, classroom)
    assert "| 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 2 |" in card
    assert "| 2 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 2 | 0 | 0 | 3 |" in card
    assert "| all | 2 | 0 | 0 | 0 | 0 | 0 | 0 | 3 | 0 | 0 | 5 |" in card
    assert "Drawings of single digits: 5. Pupils: 2." in card
    assert f"Saved: {today()}" in card


def test_a_class_without_drawings_has_a_card(sqlite_store):
    classroom, _ = new_class(sqlite_store)
    card = class_card(classroom, [], [], SAVED_AT)
    assert "Drawn: not yet (UTC). Saved: 2026-05-04." in card


def test_titles_and_names_are_plain_text(sqlite_store):
    title = "<script>alert(1)</script> [x](http://y) *7b* | `z`"
    classroom, _ = sqlite_store.create_class(title, 2, today())
    model = sqlite_store.add_taught_model(classroom, "<b>ours</b>", b"x", {"a\n# b": "<i>|"})
    card = class_card(classroom, [], [model], SAVED_AT)
    assert card.startswith(
        r"# \<script\>alert\(1\)\</script\> \[x\]\(http://y\) \*7b\* \| \`z\`: digits"
    )
    assert r"### \<b\>ours\</b\>, " in card
    assert r"- a \# b: \<i\>\|" in card


def test_taught_models_have_their_summary(sqlite_store):
    classroom, _ = new_class(sqlite_store)
    summary = {"base": "cnn", "pupils_who_test": {"before": 0.958, "of": [3, 4]}}
    model = sqlite_store.add_taught_model(classroom, "ours", b"x", summary)
    card = class_card(classroom, [], [model], SAVED_AT)
    assert "### ours, " in card
    assert "- base: cnn\n- pupils who test before: 0.958\n- pupils who test of: 3, 4\n" in card
