"""The Photo page: a number is read from a photo or scan, or from the part that a person marks."""

from dataclasses import dataclass, replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_app.arrays import Image
from mnist_app.errors import BundleError, InvalidImageError
from mnist_app.prediction import NumberReading
from mnist_app.preprocessing.image_files import NAMES, SUFFIXES
from mnist_app.preprocessing.ink_extraction import MAXIMUM_PIXELS
from mnist_app.preprocessing.normalize import Box
from mnist_app.ui import box_picker, models, number_reading, photo_upload, pictures, runtime
from mnist_app.ui.announcement import announce
from mnist_app.ui.classroom import links
from mnist_app.ui.image_row import show_image
from mnist_app.ui.models import LoadedModel
from mnist_app.ui.photo_upload import ModelVersion, UploadedPhoto, ViewInk
from mnist_app.ui.photo_view import WHOLE, View
from mnist_app.words import _, either, mark

FILE, CAMERA = mark("A picture"), mark("The camera")
NOTHING: Final = mark(
    "I find no handwriting here. What helps: go closer, more light, one thing at a time."
)
NOTHING_IN_BOX: Final = mark(
    "I find no handwriting in the box. What helps: go closer, more light, one thing at a time."
)
PICTURE_HEIGHT: Final = 560
"""Maximum height of the photo and of its ink, in pixels of the page: a laptop shows all of it."""
LEAST_WIDTH: Final = 200
"""Width of the column for a narrow picture in pixels: its caption needs room."""
_NEW_FILE: Final = "photo_new_file"
"""Session-state key of the file that was just chosen, until it has been read."""
_PHOTO: Final = "photo_taken_in"
"""Session-state key of the `TakenPhoto`."""
_COMPLAINT: Final = "photo_complaint"
"""Session-state key of the reason why the last file cannot be read."""
_VIEW: Final = "photo_view"
"""Session-state key of the `View` that the person has chosen; its box is used while `_PART` is."""
_PART: Final = "photo_part"
"""Session-state key of whether only a part of the photo is read."""


@dataclass(frozen=True, eq=False)
class TakenPhoto:
    """A photo that was read, and the id of its file, see `runtime.uploaded_file`."""

    photo: UploadedPhoto
    file_id: str

    def content(self) -> bytes:
        """Return the photo's file; raises `InvalidImageError` if the server has dropped it."""
        content = runtime.uploaded_file(self.file_id)
        if content is None:
            raise InvalidImageError(
                "The server has dropped this photo. Choose it again, then turn it or mark the part."
            )
        return content


def show_page() -> None:
    """Show the whole page."""
    with st.container(key="photo_page"):
        model = models.show_head(_("Read a photo"))
        show_source()
        if model is not None:
            take_new_file(version_of(model))
        taken: TakenPhoto | None = st.session_state.get(_PHOTO)
        if taken is not None and model is not None:
            show_photo(taken, version_of(model))
        elif complaint := st.session_state.get(_COMPLAINT):
            show_complaint(complaint)
        elif taken is None:
            with st.container(key="hint"):
                st.markdown(_("Write a number on paper, or on a board, and take a photo of it"))
        st.caption(_("Photos stay in this computer's memory and are not stored."))


def show_source() -> None:
    """Show the upload or the camera, whichever the person chooses; a new file is read next.

    Browsers give the camera to pages of a secure context only, so no other page offers it.
    """
    source = FILE
    if links.is_secure(links.page_url()):
        source = st.segmented_control(
            _("Where the photo comes from"),
            (FILE, CAMERA),
            format_func=_,
            default=FILE,
            required=True,
            key="photo_source",
            label_visibility="collapsed",
        )
    else:
        st.markdown(_("On a phone or tablet, the button below also opens the camera."))
    if source == CAMERA:
        st.camera_input(_("Photo of a number"), key="photo_camera", on_change=_take_from_camera)
        return
    st.file_uploader(
        _("Photo or scan of a number"),
        ["image/*", *sorted(SUFFIXES)],
        key="photo_upload",
        on_change=_take_from_upload,
        help=_(
            "{formats}, up to {megapixels} megapixels. A phone offers its camera here, too."
        ).format(formats=either(NAMES), megapixels=MAXIMUM_PIXELS // 1_000_000),
    )


def version_of(model: LoadedModel) -> ModelVersion:
    """Return what the processes that read photos need to know of ``model``."""
    return ModelVersion(str(model.recognizer.bundle.folder.absolute()), model.version)


def take_new_file(model: ModelVersion) -> None:
    """Read the file that was just chosen, if there is one; it becomes the session's photo."""
    state = st.session_state
    file: UploadedFile | None = state.get(_NEW_FILE)
    if file is None:
        return
    try:
        with st.spinner(_("Reading the photo …")):
            photo = photo_upload.read_upload(file.getvalue(), file.name, model)
        state[_PHOTO] = TakenPhoto(photo, file.file_id)
    except (InvalidImageError, BundleError) as error:
        state[_COMPLAINT] = str(error)
    state[_NEW_FILE] = None


def show_photo(taken: TakenPhoto, model: ModelVersion) -> None:
    """Show the number in the chosen view of the photo, the photo, and how it was read."""
    photo, view = taken.photo, chosen_view()
    ink, number = None, NumberReading(())
    reading = st.container(key="number", gap="xsmall")
    controls = show_controls(photo)
    try:
        with controls, st.spinner(_("Reading the photo …")):
            ink, number = photo_upload.read_view(photo, view, model, taken.content)
        with reading:
            nothing = _(NOTHING) if view.box is None else _(NOTHING_IN_BOX)
            number_reading.show_number(number, nothing)
        announce(number_reading.spoken(number, nothing))
    except (InvalidImageError, BundleError) as error:
        with reading:
            show_complaint(str(error))
    left, right = st.columns(2)
    with left:
        show_picture(photo, view, number)
    if ink is not None:
        with right:
            show_ink(ink)
    if number.digits:
        number_reading.show_digit_images(number)


def show_complaint(words: str) -> None:
    """Show why a photo, or the chosen part of it, cannot be read."""
    with st.container(key="complaint"):
        st.error(words)


def chosen_view() -> View:
    """Return the view of the photo that is read."""
    view: View = st.session_state.get(_VIEW, WHOLE)
    return view if st.session_state.get(_PART) else replace(view, box=None)


def show_controls(photo: UploadedPhoto) -> DeltaGenerator:
    """Show the buttons that turn the picture, the choice of a part, and the way back.

    The result is the row in which they stand.
    """
    row = st.container(horizontal=True, vertical_alignment="center", key="photo_controls")
    with row:
        for label, icon, turns in (
            (_("Turn left"), ":material/rotate_left:", -1),
            (_("Turn right"), ":material/rotate_right:", 1),
        ):
            st.button(label, icon=icon, on_click=_turn, args=(turns, photo.size))
        st.toggle(_("Mark a part"), key=_PART, persist_state="session")
        st.button(
            _("Reset"),
            icon=":material/restart_alt:",
            on_click=_reset,
            help=_("Reads the whole picture again, as it was uploaded."),
        )
    st.caption(_("Wrong, or nothing found? Turn the picture, or mark the part to read."))
    return row


def show_picture(photo: UploadedPhoto, view: View, number: NumberReading) -> None:
    """Show the photo as it is turned, with a box around each digit, for marking a part or not."""
    size = view.turned_size(photo.size)
    labels = number_reading.box_labels(number, with_confidence=False)
    picture = pictures.with_boxes(photo.preview(view), labels, size)
    url, name = (
        pictures.photo_url(picture),
        _("{name}, {width}×{height} pixels").format(name=photo.name, width=size[0], height=size[1]),
    )
    with fitting_container(picture):
        if st.session_state.get(_PART):
            box_picker.show_picker(url, _("Photo {name}").format(name=name), size, view.box, _mark)
            st.caption(_("Drag a box around what should be read. {name}").format(name=name))
        else:
            if labels:
                name = _(
                    "{name}: blue where the network is sure, grey and ? where it is not"
                ).format(name=name)
            alt = _("The photo, with a box around each digit") if labels else _("The photo")
            st.image(url, caption=name, alt=alt)


def show_ink(found: ViewInk) -> None:
    """Show what is taken for handwriting in the view of the photo."""
    ink = found.small_ink.unpacked()
    with fitting_container(ink):
        show_image(
            ink,
            _(
                "What the network takes for handwriting: in a photograph a small neural network "
                "marks every pixel that is handwriting. Ink is white, everything else black."
            )
            if found.is_photograph
            else _("The ink alone: the background is one colour, and what differs from it is ink."),
            _("The ink found in the photo"),
        )


def fitting_container(picture: Image) -> DeltaGenerator:
    """Return a container as wide as ``picture``, or as it is when `PICTURE_HEIGHT` high."""
    height, width = picture.shape[:2]
    fitting: int = round(width * PICTURE_HEIGHT / height)
    return st.container(width=max(LEAST_WIDTH, min(int(width), fitting)))


def _turn(quarter_turns: int, size: tuple[int, int]) -> None:
    state = st.session_state
    state[_VIEW] = state.get(_VIEW, WHOLE).turned(quarter_turns, size)


def _mark(box: Box) -> None:
    state = st.session_state
    state[_VIEW] = replace(state.get(_VIEW, WHOLE), box=box)


def _reset() -> None:
    st.session_state[_VIEW], st.session_state[_PART] = WHOLE, False


def _take_from_upload() -> None:
    _take(st.session_state.get("photo_upload"))


def _take_from_camera() -> None:
    _take(st.session_state.get("photo_camera"))


def _take(file: UploadedFile | None) -> None:
    """Drop the session's photo; the page reads ``file`` next."""
    state = st.session_state
    state[_PHOTO] = state[_COMPLAINT] = None
    state[_NEW_FILE] = file
    _reset()


show_page()
