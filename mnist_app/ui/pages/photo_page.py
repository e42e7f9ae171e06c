"""The page on which a number is read from a photo: what was found, cleaned and seen."""

from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_app.errors import InvalidImageError
from mnist_app.preprocessing.image_files import NAMES, SUFFIXES
from mnist_app.recognizer import Recognizer
from mnist_app.ui import models, number_reading, pictures
from mnist_app.ui.photo_upload import Photo, take_in

FILE, CAMERA = "A picture", "The camera"
NOTHING: Final = (
    "I find no writing here. Dark ink on light paper works best, or chalk on a board, large in the "
    "middle of the photo."
)
_PHOTO, _COMPLAINT = "photo_taken_in", "photo_complaint"


def show_page() -> None:
    """Show the whole page."""
    model = models.show_head("Read a photo")
    show_intake()
    complaint = st.session_state.get(_COMPLAINT)
    photo: Photo | None = st.session_state.get(_PHOTO)
    if complaint:
        with st.container(key="complaint"):
            st.error(complaint)
    elif photo is None:
        with st.container(key="hint"):
            st.markdown("Write a number on paper, or on a board, and take a photo of it")
    elif model is not None:
        show_reading(photo, model.recognizer)
    st.caption("Photos stay in this computer's memory and are not stored.")


def show_intake() -> None:
    """Show where a picture can come from; a new one is taken in at once."""
    way = st.segmented_control(
        "Where the photo comes from",
        (FILE, CAMERA),
        default=FILE,
        required=True,
        key="photo_way",
        label_visibility="collapsed",
    )
    if way == CAMERA:
        st.camera_input("Photo of a number", key="photo_camera", on_change=_take_from_camera)
        st.caption(
            "Browsers allow the camera only on this computer itself (localhost) or over https. "
            f"On a phone choose “{FILE}”: it offers the phone's camera anyway."
        )
        return
    st.file_uploader(
        "Photo or scan of a number",
        ["image/*", *sorted(SUFFIXES)],
        key="photo_upload",
        on_change=_take_from_upload,
        help=f"{', '.join(NAMES[:-1])} or {NAMES[-1]}, up to 64 megapixels. A phone offers its "
        "camera here, too.",
    )


def show_reading(photo: Photo, recognizer: Recognizer) -> None:
    """Show the number, where its digits stand in the photo, its ink, and what the network saw."""
    width, height = photo.size
    number = recognizer.read_number_in_ink(photo.ink, (height, width))
    with st.container(key="number", gap="xsmall"):
        number_reading.show_number(number, NOTHING)
    boxes = [
        (digit.box or (0, 0, 0, 0), number_reading.sign(digit), digit.accepted)
        for digit in number.digits
    ]
    st.image(
        pictures.photo_url(pictures.with_readings(photo.shown, boxes, photo.size)),
        caption=f"{photo.name}, {width}×{height} pixels"
        + (": blue where the network is sure, orange and ? where it is not" if boxes else ""),
    )
    st.subheader("The ink alone", anchor=False)
    st.image(
        pictures.data_url(pictures.reduced(photo.ink)),
        caption="Light, shadows and printed lines are taken out; the ink is white on black."
        if photo.is_photograph
        else "The background is one colour: what differs from it is the ink.",
    )
    if number.digits:
        number_reading.show_seen(number)


def _take_from_upload() -> None:
    _take(st.session_state.get("photo_upload"))


def _take_from_camera() -> None:
    _take(st.session_state.get("photo_camera"))


def _take(file: UploadedFile | None) -> None:
    """Keep what an uploaded file holds, or why it cannot be read; forget what was before."""
    state = st.session_state
    state[_PHOTO] = state[_COMPLAINT] = None
    if file is None:
        return
    try:
        state[_PHOTO] = take_in(file.getvalue(), file.name)
    except InvalidImageError as error:
        state[_COMPLAINT] = str(error)


show_page()
