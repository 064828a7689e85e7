"""Which decoder opens a transfer syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from cto_cds.dicom.guard import UnreadableError, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.pixels.decoders.base import Decoder

_PACKAGES = {
    "pyjpegls": "pyjpegls",
    "gdcm": "python-gdcm",
    "pylibjpeg": "pylibjpeg pylibjpeg-openjpeg",
}
"""What to install for a plugin of pydicom, the one to ask for first in front."""
_STRICTEST_FIRST = ("pydicom", "pyjpegls", "pylibjpeg", "gdcm", "pillow")


def decoder_fault(transfer_syntax: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong and what to do, when nothing here can decode a transfer syntax."""
    name = attempt(lambda: UID(transfer_syntax).name)
    try:
        decoder = find_decoder(transfer_syntax)
    except UnreadableError:
        yield (
            f"the transfer syntax {name} is not supported",
            "Export the series uncompressed.",
        )
        return
    if not decoder.is_available:
        packages = [
            package
            for plugin, package in _PACKAGES.items()
            if any(line.startswith(f"{plugin} ") for line in decoder.missing_dependencies)
        ]
        install = f", or 'pip install {packages[0]}'" if packages else ""
        yield (
            f"is compressed as {name}, and no decoder for it is installed",
            f"Export the series uncompressed{install}.",
        )


def find_decoder(transfer_syntax: str) -> Decoder:
    """Return the decoder of a transfer syntax.

    Raises:
        UnreadableError: There is none.
    """
    return attempt(lambda: get_decoder(transfer_syntax))


def plugin_for(decoder: Decoder) -> str:
    """Return one plugin to decode with, so that a lenient one never hides what a strict one saw.

    Returns:
        Its name, or empty when the decoder needs none.
    """
    if not decoder.UID.is_encapsulated:
        return ""
    available = decoder.available_plugins
    return next((name for name in _STRICTEST_FIRST if name in available), "")
