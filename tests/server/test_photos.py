"""Photos of guests: small, at an address nobody guesses, and gone when they have to be."""

import io
import random

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from server.guests import photo_files
from server.guests.models import Guest
from server.guests.photos import LARGEST_BYTES, PhotoError, remove_photo, set_photo, small_jpeg

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.REFECTORY_DATA = tmp_path
    return tmp_path / "photos"


def image(size=(640, 480), colour="#336699", mode="RGB", kind="PNG", **options):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def opened(jpeg):
    return Image.open(io.BytesIO(jpeg))


@pytest.mark.parametrize(
    "upload",
    [
        image(),
        image(kind="JPEG", size=(3000, 4000)),
        image(kind="WEBP", size=(100, 900)),
        image(mode="P", kind="GIF", colour=3),
        image(mode="L", colour=90),
        image(mode="CMYK", kind="JPEG", colour=(10, 20, 30, 0)),
    ],
    ids=["png", "large jpeg", "webp", "gif", "grey", "cmyk"],
)
def test_any_usual_image_becomes_a_small_square_jpeg(upload):
    made = small_jpeg(upload)
    assert (opened(made).format, opened(made).size, opened(made).mode) == ("JPEG", (240, 240), "RGB")
    assert len(made) <= LARGEST_BYTES


def test_even_noise_becomes_small_enough():
    chance = random.Random(1)
    out = io.BytesIO()
    Image.frombytes("RGB", (400, 400), chance.randbytes(400 * 400 * 3)).save(out, "PNG")
    assert len(small_jpeg(out.getvalue())) <= LARGEST_BYTES


def test_a_photo_taken_sideways_stands_upright_and_where_it_was_taken_is_not_kept():
    sideways = Image.new("RGB", (400, 400), "white")
    sideways.paste("black", (0, 0, 200, 400))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    out = io.BytesIO()
    sideways.save(out, "JPEG", exif=exif)

    made = opened(small_jpeg(out.getvalue()))

    assert made.getpixel((120, 20))[0] < 60
    assert made.getpixel((120, 220))[0] > 200
    assert not made.getexif()


def test_what_is_transparent_becomes_white():
    made = opened(small_jpeg(image(mode="RGBA", colour=(0, 0, 0, 0))))
    assert min(made.getpixel((120, 120))) > 250


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        (b"", "file is empty"),
        (b"%PDF-1.4 not a photo", "no image"),
        (image()[:200], "damaged"),
        (b"\xff" * (15 * 2**20 + 1), "larger than 15 MB"),
        (image(mode="1", size=(9000, 6000), colour=1), "9000 × 6000 pixels"),
    ],
    ids=["empty", "pdf", "cut off", "huge file", "huge picture"],
)
def test_a_bad_upload_says_why_and_leaves_the_photo_there_was(house, folder, upload, message):
    key = set_photo(house.anna, image())
    with pytest.raises(PhotoError, match=message):
        set_photo(house.anna, upload)
    assert Guest.objects.get(pk=house.anna.pk).photo_key == key
    assert [path.name for path in folder.iterdir()] == [f"{key}.jpg"]


def test_a_photo_is_shown_at_its_address_until_it_is_replaced(house, client):
    first = set_photo(house.anna, image(colour="red"))
    answer = client.get(f"/photos/{first}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "private" in answer["Cache-Control"]
    assert opened(answer.content).size == (240, 240)

    second = set_photo(house.anna, image(colour="blue"))

    assert second != first
    assert client.get(f"/photos/{first}").status_code == 404
    assert client.get(f"/photos/{second}").status_code == 200
    assert not photo_files.path_of(first).exists()


@pytest.mark.parametrize("key", ["0" * 32, "..%2f..%2fkeys%2fack.key", "A" * 32, "1" * 31])
def test_an_address_nobody_has_is_not_found(house, client, key):
    set_photo(house.anna, image())
    assert client.get(f"/photos/{key}").status_code == 404


@pytest.mark.parametrize("way", ["leaves", "taken away", "deleted"])
def test_with_the_guest_the_photo_goes(house, client, folder, way):
    key = set_photo(house.ben, image())
    if way == "leaves":
        house.ben.left = True
        house.ben.save()
        with pytest.raises(PhotoError, match="left"):
            set_photo(house.ben, image())
    elif way == "taken away":
        remove_photo(house.ben)
    else:
        house.ben.delete()
    assert client.get(f"/photos/{key}").status_code == 404
    assert list(folder.iterdir()) == []


def test_saving_a_guest_opened_before_the_new_photo_keeps_the_new_photo(house):
    stale = Guest.objects.get(pk=house.anna.pk)
    key = set_photo(house.anna, image())
    stale.name = "Anna Renamed"
    stale.save()
    assert Guest.objects.get(pk=house.anna.pk).photo_key == key


def test_photos_are_put_in_and_taken_away_in_the_back_office(house, client):
    client.force_login(User.objects.create_superuser("boss"))
    address = reverse("admin:guests_guest_change", args=[house.anna.pk])
    fields = {
        "name": "Anna Example",
        "category": house.anna.category.pk,
        "company": house.anna.company.pk,
        "store": "",
        "payer": "",
        "credit_limit_minor": "10.00",
        "badges-TOTAL_FORMS": "0",
        "badges-INITIAL_FORMS": "0",
    }
    bad = client.post(address, fields | {"new_photo": SimpleUploadedFile("me.jpg", b"not one")})
    assert "This is no image" in bad.content.decode()

    done = client.post(address, fields | {"new_photo": SimpleUploadedFile("me.png", image())})
    assert done.status_code == 302
    key = Guest.objects.get(pk=house.anna.pk).photo_key
    assert f"/photos/{key}" in client.get(address).content.decode()

    client.post(address, fields | {"drop_photo": "on"})
    assert client.get(f"/photos/{key}").status_code == 404
