"""The pictures that a file of measurements names, read from beside it, and its own name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cto_cds.facts.document import ListNode, MapNode, Node, TextNode, parse
from cto_cds.facts.measured import Figure

MEDIA_TYPES = {".png": "image/png", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Beside:
    """What a file of measurements says beside its facts.

    Attributes:
        figures: The pictures.
        lost: One sentence for each picture that is named and cannot be shown.
        name: What a person called the case; empty where nobody did.
    """

    figures: tuple[Figure, ...] = ()
    lost: tuple[str, ...] = ()
    name: str = ""


def read_beside(path: Path) -> Beside:
    """Return the pictures and the name of a file of measurements that was read before.

    Args:
        path: The file; pictures lie beside it, whatever folder their names say.
    """
    if not path.is_file():  # what came through a pipe is gone, and nothing lies beside it
        return Beside()
    root = parse(path.read_text(encoding="utf-8"), str(path))
    study = _under(root, "study")
    captions = _texts(_under(study, "captions"))
    named = _under(root, "figures")
    figures, lost = [], []
    for node in named.items if isinstance(named, ListNode) else ():
        name = node.text if isinstance(node, TextNode) else ""
        picture = path.parent / Path(name).name
        media_type = MEDIA_TYPES.get(picture.suffix.lower())
        if media_type is None:
            lost.append(f"{path}: the picture '{name}' is neither .png nor .svg; it is left out.")
            continue
        try:
            content = picture.read_bytes()
        except OSError as fault:
            lost.append(f"{picture}: the picture is left out: {fault.strerror}.")
            continue
        caption = captions.get(name, "Picture of the measurement.")
        figures.append(Figure(picture.name, media_type, content, caption))
    called = _under(study, "name")
    name = called.text.strip() if isinstance(called, TextNode) else ""
    return Beside(tuple(figures), tuple(lost), name)


def _under(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, MapNode) else None


def _texts(node: Node | None) -> dict[str, str]:
    entries = node.entries if isinstance(node, MapNode) else ()
    return {key.text: value.text for key, value in entries if isinstance(value, TextNode)}
