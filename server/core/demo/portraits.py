"""Portraits of people who do not exist: a few friendly shapes, the same for the same name on every machine."""

from __future__ import annotations

import hashlib
import io

SIDE = 480

_BACKDROPS = ("#DCEEE6", "#F7E7CF", "#E3E8F6", "#F5DFDF", "#DCE9F2", "#EDE6F3")
_SKINS = ("#F6D3B8", "#EAB890", "#D39A6C", "#A9714B", "#7C4F33", "#F9DFCB")
_HAIRS = ("#2B2320", "#5A3A22", "#8C5A2B", "#C69C5D", "#A8A39B", "#7A2E1D")
_CLOTHES = ("#0F5C45", "#24438A", "#8A3B2E", "#6B4A86", "#3F6B7A", "#7A6A2E")


def portrait(name: str) -> bytes:
    """Return a square JPEG for that name."""
    from PIL import Image, ImageDraw

    noise = hashlib.sha256(f"portrait {name}".encode()).digest()
    skin, hair = _SKINS[noise[0] % 6], _HAIRS[noise[1] % 6]
    image = Image.new("RGB", (SIDE, SIDE), _BACKDROPS[noise[2] % 6])
    draw = ImageDraw.Draw(image)
    long_hair, glasses = noise[3] % 2 == 0, noise[4] % 3 == 0
    if long_hair:
        draw.rounded_rectangle((118, 90, 362, 370), 110, fill=hair)
    draw.rounded_rectangle((70, 372, 410, 620), 130, fill=_CLOTHES[noise[6] % 6])
    draw.rounded_rectangle((202, 290, 278, 404), 36, fill=_darker(skin))
    draw.ellipse((142, 110, 338, 348), fill=skin)
    draw.chord((134, 84, 346, 296), 180, 360, fill=hair)
    if noise[7] % 2:
        draw.pieslice((134, 84, 346, 296), 160, 250 + noise[8] % 40, fill=hair)
    for x in (200, 280):
        draw.ellipse((x - 10, 212, x + 10, 234), fill="#FFFFFF")
        draw.ellipse((x - 6, 215, x + 6, 231), fill="#2B2320")
        draw.arc((x - 20, 188, x + 20, 212), 200, 340, fill=hair, width=6)
    if glasses:
        for x in (200, 280):
            draw.ellipse((x - 30, 194, x + 30, 252), outline="#2B2320", width=6)
        draw.line((230, 220, 250, 220), fill="#2B2320", width=6)
    draw.arc((206, 244, 274, 262 + noise[9] % 10), 20, 160, fill=_darker(skin), width=6)
    draw.chord((208, 268, 272, 314), 10, 170, fill="#FFFFFF" if noise[10] % 2 else "#A8443C")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def _darker(colour: str) -> str:
    parts = (int(colour[place : place + 2], 16) * 85 // 100 for place in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in parts)
