"""Links that save files, whose contents travel within the page.

``st.download_button`` puts files into the media store that all sessions of the server share.
Drawings are never stored there (see `pictures`): they go to one browser over its own connection.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.components import v2 as components

_HERE = Path(__file__)
_links = components.component(
    "downloads",
    html="<nav></nav>",
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Download:
    """A file to save: the text of its link, its name, its media type and its content."""

    label: str
    name: str
    type: str
    content: bytes


def show_links(files: Sequence[Download], key: str = "download") -> None:
    """Show a link for each file; a click saves it. Links elsewhere on the page need another key."""
    encoded = [
        {
            "label": file.label,
            "name": file.name,
            "type": file.type,
            "content": base64.b64encode(file.content).decode("ascii"),
        }
        for file in files
    ]
    with st.container(key=f"{key}s"):
        _links(data={"files": encoded}, key=f"{key}_links", height="content")
