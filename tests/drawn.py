"""What is written on a drawn picture."""

from __future__ import annotations

from matplotlib.figure import FigureBase
from matplotlib.text import Text


def texts_on(canvas: FigureBase) -> list[str]:
    """Return every text of a picture, each on one line."""
    return [text.get_text().replace("\n", " ") for text in canvas.findobj(Text)]


def words_on(canvas: FigureBase) -> str:
    """Return everything that is written on a picture."""
    return " ".join(texts_on(canvas))
