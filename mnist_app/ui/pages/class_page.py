"""The Class page: a class collects its own digits. Its address says whose view it shows."""

from mnist_app.errors import ClassroomError, StoreError
from mnist_app.ui import page_head
from mnist_app.ui.classroom import address, entrance, pupil_view, teacher_view, texts
from mnist_app.words import _

VIEWS = {
    "key": teacher_view.show_teacher,
    "pupil": pupil_view.show_pupil,
    "code": pupil_view.show_joining,
}


def show_page() -> None:
    """Show the view that the address asks for, or the entrance."""
    here = address.read()
    if here is None:
        entrance.show_entrance()
        return
    try:
        VIEWS[here.kind](here.value)
    except ClassroomError as error:
        page_head.title_row(_("Class"), "head_of_problem")
        texts.show_problem(error)
        if here.kind == "code" and not isinstance(error, StoreError):
            entrance.show_code_form()
        texts.show_leave(_("Back to the start"))


show_page()
