"""The Photo page: a number is read from a photo or scan, with its ink and its boxes."""

from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_app.errors import BundleError, InvalidImageError
from mnist_app.preprocessing.image_files import NAMES, SUFFIXES
from mnist_app.recognizer import NumberReading
from mnist_app.ui import models, number_reading, photo_upload, pictures
from mnist_app.ui.image_row import show_image
from mnist_app.ui.models import LoadedModel
from mnist_app.ui.photo_upload import ModelVersion, UploadedPhoto

FILE, CAMERA = "A picture", "The camera"
NOTHING: Final = (
    "I find no writing here. Dark ink on light paper works best, or chalk on a board, large in the "
    "middle of the photo."
)
_PHOTO: Final = "photo_taken_in"
"""Session-state key of the `UploadedPhoto`."""
_COMPLAINT: Final = "photo_complaint"
"""Session-state key of the reason why the last file cannot be read."""
_NEW_FILE: Final = "photo_new_file"
"""Session-state key of the file that was just chosen, until it has been read."""


def show_page() -> None:
    """Show the whole page."""
    model = models.show_head("Read a photo")
    show_source()
    found = None if model is None else read_number(model)
    photo: UploadedPhoto | None = st.session_state.get(_PHOTO)
    if isinstance(found, str):
        with st.container(key="complaint"):
            st.error(found)
    elif photo is not None and found is not None:
        show_reading(photo, found)
    elif photo is None:
        with st.container(key="hint"):
            st.markdown("Write a number on paper, or on a board, and take a photo of it")
    st.caption("Photos stay in this computer's memory and are not stored.")


def show_source() -> None:
    """Show the upload or the camera, whichever the person chooses; a new file is read next."""
    source = st.segmented_control(
        "Where the photo comes from",
        (FILE, CAMERA),
        default=FILE,
        required=True,
        key="photo_source",
        label_visibility="collapsed",
    )
    if source == CAMERA:
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


def read_number(model: LoadedModel) -> NumberReading | str | None:
    """Return the number in the session's photo, or why it cannot be read; None without a photo.

    A file that was just chosen is read first and becomes the photo.
    """
    state = st.session_state
    version = ModelVersion(str(model.recognizer.bundle.folder.absolute()), model.version)
    photo: UploadedPhoto | None = state.get(_PHOTO)
    file: UploadedFile | None = state.get(_NEW_FILE)
    complaint: str | None = state.get(_COMPLAINT)
    if photo is None and file is None:
        return complaint
    try:
        with st.spinner("Reading the photo …"):
            if file is not None:
                photo = photo_upload.read_upload(file.getvalue(), file.name, version)
                state[_PHOTO], state[_NEW_FILE] = photo, None
            return None if photo is None else photo_upload.read_number(photo, version)
    except (InvalidImageError, BundleError) as error:
        if photo is None:
            state[_COMPLAINT], state[_NEW_FILE] = str(error), None
        return str(error)


def show_reading(photo: UploadedPhoto, number: NumberReading) -> None:
    """Show the number, the photo with a box around each digit, its ink, and the digit images."""
    width, height = photo.size
    with st.container(key="number", gap="xsmall"):
        number_reading.show_number(number, NOTHING)
    labels = number_reading.box_labels(number, with_confidence=False)
    st.image(
        pictures.photo_url(pictures.with_boxes(photo.preview(), labels, photo.size)),
        caption=f"{photo.name}, {width}×{height} pixels"
        + (": blue where the network is sure, orange and ? where it is not" if labels else ""),
    )
    st.subheader("The ink alone", anchor=False)
    show_image(
        photo.small_ink.unpacked(),
        "Light, shadows and printed lines are taken out; the ink is white on black."
        if photo.is_photograph
        else "The background is one colour: what differs from it is the ink.",
    )
    if number.digits:
        number_reading.show_digit_images(number)


def _take_from_upload() -> None:
    _take(st.session_state.get("photo_upload"))


def _take_from_camera() -> None:
    _take(st.session_state.get("photo_camera"))


def _take(file: UploadedFile | None) -> None:
    """Drop the session's photo; the page reads ``file`` next."""
    state = st.session_state
    state[_PHOTO] = state[_COMPLAINT] = None
    state[_NEW_FILE] = file


show_page()
