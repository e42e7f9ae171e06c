"""The Photo page: a number is read from a photo or scan, with its ink and its boxes."""

from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_app.errors import InvalidImageError
from mnist_app.preprocessing.image_files import NAMES, SUFFIXES
from mnist_app.recognizer import Recognizer
from mnist_app.ui import models, number_reading, pictures
from mnist_app.ui.image_row import show_image
from mnist_app.ui.photo_upload import UploadedPhoto, read_upload

FILE, CAMERA = "A picture", "The camera"
NOTHING: Final = (
    "I find no writing here. Dark ink on light paper works best, or chalk on a board, large in the "
    "middle of the photo."
)
_PHOTO: Final = "photo_taken_in"
"""Session-state key of the `UploadedPhoto`."""
_COMPLAINT: Final = "photo_complaint"
"""Session-state key of the reason why the last file cannot be read."""


def show_page() -> None:
    """Show the whole page."""
    model = models.show_head("Read a photo")
    show_source()
    complaint = st.session_state.get(_COMPLAINT)
    photo: UploadedPhoto | None = st.session_state.get(_PHOTO)
    if complaint:
        with st.container(key="complaint"):
            st.error(complaint)
    elif photo is None:
        with st.container(key="hint"):
            st.markdown("Write a number on paper, or on a board, and take a photo of it")
    elif model is not None:
        show_reading(photo, model.recognizer)
    st.caption("Photos stay in this computer's memory and are not stored.")


def show_source() -> None:
    """Show the upload or the camera, whichever the person chooses; a new file is read at once."""
    source = st.segmented_control(
        "Where the photo comes from",
        (FILE, CAMERA),
        default=FILE,
        required=True,
        key="photo_source",
        label_visibility="collapsed",
    )
    if source == CAMERA:
        st.camera_input("Photo of a number", key="photo_camera", on_change=_read_from_camera)
        st.caption(
            "Browsers allow the camera only on this computer itself (localhost) or over https. "
            f"On a phone choose “{FILE}”: it offers the phone's camera anyway."
        )
        return
    st.file_uploader(
        "Photo or scan of a number",
        ["image/*", *sorted(SUFFIXES)],
        key="photo_upload",
        on_change=_read_from_upload,
        help=f"{', '.join(NAMES[:-1])} or {NAMES[-1]}, up to 64 megapixels. A phone offers its "
        "camera here, too.",
    )


def show_reading(photo: UploadedPhoto, recognizer: Recognizer) -> None:
    """Show the number, the photo with a box around each digit, its ink, and the digit images."""
    width, height = photo.size
    number = recognizer.read_number_in_ink(photo.ink, (height, width))
    with st.container(key="number", gap="xsmall"):
        number_reading.show_number(number, NOTHING)
    labels = number_reading.box_labels(number, with_confidence=False)
    st.image(
        pictures.photo_url(pictures.with_boxes(photo.preview, labels, photo.size)),
        caption=f"{photo.name}, {width}×{height} pixels"
        + (": blue where the network is sure, orange and ? where it is not" if labels else ""),
    )
    st.subheader("The ink alone", anchor=False)
    show_image(
        pictures.reduced(photo.ink),
        "Light, shadows and printed lines are taken out; the ink is white on black."
        if photo.is_photograph
        else "The background is one colour: what differs from it is the ink.",
    )
    if number.digits:
        number_reading.show_digit_images(number)


def _read_from_upload() -> None:
    _read(st.session_state.get("photo_upload"))


def _read_from_camera() -> None:
    _read(st.session_state.get("photo_camera"))


def _read(file: UploadedFile | None) -> None:
    """Replace the session's picture by that in ``file``, or by why it cannot be read."""
    state = st.session_state
    state[_PHOTO] = state[_COMPLAINT] = None
    if file is None:
        return
    try:
        state[_PHOTO] = read_upload(file.getvalue(), file.name)
    except InvalidImageError as error:
        state[_COMPLAINT] = str(error)


show_page()
