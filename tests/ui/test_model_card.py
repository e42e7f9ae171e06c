"""Every shipped model has a name and a sentence for people, from its own report."""

import dataclasses

import pytest

from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.ui.model_card import card_of, megabytes, shipped_card
from tests.ui.page_runner import page_at


@pytest.mark.parametrize("name", shipped_names())
def test_a_model_says_what_it_is_learned_from_and_how_well_it_reads(name):
    bundle = load_bundle(name)
    report, card = bundle.report(), shipped_card(name)
    assert card == card_of(report, len(bundle.model))
    assert card.title == report.recipe.title
    assert f"{100 * report.test.accuracy:.2f} %" in card.sentence
    assert ("MNIST alone" in card.sentence) == ("train_pens" not in report.content["data"])
    assert ("no digit" in card.sentence) == (report.content["recipe"].get("non_digits", 0) > 0)


def test_titles_tell_the_models_apart_and_fit_a_button():
    titles = [shipped_card(name).title for name in shipped_names()]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) < 50


def test_made_up_training_images_are_named():
    report = load_bundle().report()
    made_up = dataclasses.replace(report, data=dataclasses.replace(report.data, name="synthetic"))
    assert "made-up" in card_of(made_up, 1).sentence


def test_there_is_no_card_without_a_bundle():
    assert shipped_card("no such model") is None


def test_sizes_in_words():
    assert [megabytes(size) for size in (64_388, 664_684, 1_205_600)] == [
        "64\N{NO-BREAK SPACE}kB",
        "0.7\N{NO-BREAK SPACE}MB",
        "1.2\N{NO-BREAK SPACE}MB",
    ]


def test_the_choice_shows_name_and_figures_and_keeps_the_recipe_s_name():
    app = page_at("draw", model="cnn")
    choice = app.radio("model")
    assert choice.value == "cnn"
    assert choice.options == [*shipped_names()]
    captions = dict(zip(choice.options, choice.proto.captions, strict=True))
    assert captions["cnn"].startswith("**Convolutional network.** Learned from MNIST alone")
