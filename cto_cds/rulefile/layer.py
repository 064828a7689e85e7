"""One source of rule texts, and the archive that keeps what a pack was read from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cto_cds.rulefile.folder import texts_of

FOLDERS = {
    "score": "scores",
    "association": "associations",
    "algorithm": "algorithms",
    "decision": "algorithms",
    "finding": "findings",
    "safety": "safety",
    "advice": "advice",
    "policy": "policy",
}
"""The kinds of rules, and the folder of a pack where each stands."""
VOCABULARY = "vocabulary.yaml"
TECHNIQUES = "techniques.yaml"


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of rule texts: the built-in pack, or the local rules of an institution.

    Attributes:
        name: Who hands it over.
        texts: The text of each file, by its path relative to the pack, with forward slashes.
        root: What messages put before the relative path.
    """

    name: str
    texts: Mapping[str, str]
    root: str = ""

    @classmethod
    def of_folder(cls, name: str, folder: Path) -> Layer:
        """Read every rule file below a folder.

        Raises:
            RuleFileError: Something in the folder cannot be read, or would not count.
        """
        return cls(name, texts_of(folder), str(folder))

    def source(self, path: str) -> str:
        """Return the name of a file in messages."""
        return f"{self.root}/{path}" if self.root else path


def archive_of(layers: Sequence[Layer]) -> bytes:
    """Return every text of a pack as canonical JSON, layer by layer."""
    content = [[layer.name, dict(sorted(layer.texts.items()))] for layer in layers]
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def layers_of(archive: bytes) -> list[Layer]:
    """Return the layers that an archive was made from."""
    return [Layer(name, texts, name) for name, texts in json.loads(archive)]
