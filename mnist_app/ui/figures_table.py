"""Tables of figures, which scroll sideways by keyboard, too, where the screen is narrow."""

import html
from collections.abc import Sequence

import streamlit as st


def show_table(label: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show ``rows`` below the names of their ``columns``; the first column names the rows.

    ``label`` names the table for screen readers. All texts are plain. A table in Markdown has no
    part that the keyboard could scroll.
    """
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    with st.container(key="figures"):
        st.html(
            f'<div role="region" tabindex="0" aria-label="{html.escape(label)}">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )
