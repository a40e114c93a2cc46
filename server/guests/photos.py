"""Photos of guests: taken from whatever image somebody has, kept small and square, without what the camera added."""

import io
import warnings
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from server.guests import photo_files
from server.guests.models import Guest

SIDE_PX = 240
LARGEST_BYTES = 12 * 1024
LARGEST_UPLOAD_BYTES = 15 * 2**20
MOST_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_QUALITIES = (88, 80, 70, 60, 50, 40, 30, 20, 10, 5)


if TYPE_CHECKING:
    from PIL import Image


class PhotoError(ValidationError):
    """An upload that cannot become a photo; the message says why."""


def set_photo(guest: Guest, upload: bytes) -> str:
    """Give the guest the photo in `upload`, an image file; returns its key. The photo before it is gone.

    Raises PhotoError; then the guest keeps the photo there was.
    """
    if guest.left:
        raise PhotoError(_("A guest who has left has no photo."))
    key = photo_files.write(small_jpeg(upload))
    try:
        with transaction.atomic():
            guest.swap_photo(key)
    except BaseException:
        photo_files.remove(key)
        raise
    return key


def remove_photo(guest: Guest) -> None:
    """Take the guest's photo away; terminals forget it as well."""
    guest.swap_photo("")


def small_jpeg(upload: bytes) -> bytes:
    """Return the middle of an image as a JPEG of 240 x 240 pixels and at most 12 KB, upright. Raises PhotoError."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not upload:
        raise PhotoError(_("The photo's file is empty."))
    if len(upload) > LARGEST_UPLOAD_BYTES:
        raise PhotoError(_("The photo's file is larger than %(most)d MB.") % {"most": LARGEST_UPLOAD_BYTES // 2**20})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(upload), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise PhotoError(
                    _("The photo has %(width)d × %(height)d pixels, which is more than 50 million.")
                    % {"width": image.width, "height": image.height}
                )
            # Lets a JPEG decode straight to a smaller size; twice the final one is enough to look good.
            image.draft("RGB", (SIDE_PX * 2, SIDE_PX * 2))
            flat = _on_white(ImageOps.exif_transpose(image))
            square = ImageOps.fit(flat, (SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    except UnidentifiedImageError as error:
        raise PhotoError(_("This is no image: a JPEG, PNG, WebP, GIF, BMP or TIFF file is needed.")) from error
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise PhotoError(_("This image is damaged and cannot be read.")) from error
    for quality in _QUALITIES:
        out = io.BytesIO()
        square.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= LARGEST_BYTES:
            break
    return out.getvalue()


def _on_white(image: "Image.Image") -> "Image.Image":
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")
