"""What becomes of files that people choose: small, upright, without anything else in them, or refused."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from io import BytesIO
from random import Random
from threading import Event, Semaphore

import pytest
from PIL import Image

from eventhub.domain import pictures
from eventhub.domain.pictures import (
    LARGEST_FILE,
    LARGEST_PICTURE,
    MOST_POINTS,
    Drawn,
    FileTooLarge,
    NoPicture,
    NothingToSee,
    Shape,
    TooBusy,
    TooManyPoints,
    UnusablePicture,
    drawn,
    saved,
)
from tests.support.factories import picture_file

ORIENTATION, GPS, RIGHT_SIDE_UP_WHEN_TURNED = 0x0112, 0x8825, 6


def opened(picture: Drawn) -> Image.Image:
    return Image.open(BytesIO(picture.data))


def file_of(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """As hard to make small as a picture can be."""
    return Image.frombytes("RGBA", (width, height), Random(1).randbytes(width * height * 4))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_logo_fits_its_box_and_keeps_its_proportions(kind: str) -> None:
    picture = drawn(picture_file(1000, 250, kind=kind), Shape.LOGO)
    assert (picture.width, picture.height) == (480, 120)
    assert (opened(picture).format, opened(picture).size) == ("WEBP", (480, 120))


def test_small_logo_is_not_blown_up() -> None:
    picture = drawn(picture_file(60, 40), Shape.LOGO)
    assert (picture.width, picture.height) == (60, 40)


@pytest.mark.parametrize("ground", [(255, 255, 255, 255), (0, 0, 0, 0), (250, 250, 250, 255)])
def test_logo_keeps_what_is_clear_within_and_loses_its_margin(ground: tuple[int, ...]) -> None:
    image = Image.new("RGBA", (400, 300), ground)
    image.paste("teal", (100, 50, 180, 90))
    image.paste((0, 0, 0, 0), (120, 60, 160, 80))
    picture = drawn(file_of(image), Shape.LOGO)
    assert (picture.width, picture.height) == (80, 40)
    logo = opened(picture).convert("RGBA")
    assert (logo.getpixel((40, 20)), logo.getpixel((5, 5))) == ((0, 0, 0, 0), (0, 128, 128, 255))


@pytest.mark.parametrize("colour", [(255, 255, 255, 255), (0, 0, 0, 0), (245, 245, 245, 255)])
def test_white_or_transparent_logo_is_refused(colour: tuple[int, ...]) -> None:
    file = file_of(Image.new("RGBA", (60, 40), colour))
    with pytest.raises(NothingToSee):
        drawn(file, Shape.LOGO)
    assert drawn(file, Shape.PORTRAIT).width == 256


def test_portrait_is_the_middle_as_a_square() -> None:
    image = Image.new("RGB", (900, 300), "red")
    image.paste("blue", (300, 0, 600, 300))
    picture = drawn(file_of(image), Shape.PORTRAIT)
    assert (picture.width, picture.height) == (256, 256)
    corners = [opened(picture).convert("RGB").getpixel(at) for at in ((4, 4), (251, 251))]
    assert corners == [(0, 0, 255), (0, 0, 255)]


def test_photograph_is_upright_and_without_location() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[GPS] = RIGHT_SIDE_UP_WHEN_TURNED, {1: "N", 2: (60.0, 10.0, 0.0)}
    file = picture_file(300, 100, kind="JPEG", exif=exif)
    assert b"Exif" in file
    picture = drawn(file, Shape.LOGO)
    assert (picture.width, picture.height) == (67, 200)
    assert (dict(opened(picture).getexif()), b"EXIF" in picture.data) == ({}, False)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animation_gives_its_first_picture(kind: str) -> None:
    more = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    picture = drawn(picture_file(20, 20, "lime", kind, save_all=True, append_images=more, lossless=True), Shape.LOGO)
    assert getattr(opened(picture), "n_frames", 1) == 1
    assert opened(picture).convert("RGB").getpixel((10, 10)) == (0, 255, 0)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        picture_file(kind="GIF"),
        picture_file(kind="TIFF"),
        picture_file(200, 200)[:90],
        picture_file(200, 200, kind="JPEG")[:300],
        picture_file(200, 200).replace(b"IDAT", b"IDAX"),
        picture_file(200, 200, kind="WEBP")[:60],
    ],
)
def test_file_that_is_no_picture_is_refused(file: bytes) -> None:
    with pytest.raises(NoPicture):
        drawn(file, Shape.LOGO)


def test_damaged_picture_is_drawn_or_refused() -> None:
    random = Random(7)
    for kind in ("PNG", "JPEG", "WEBP"):
        whole = picture_file(64, 48, kind=kind)
        for _ in range(60):
            file = bytearray(whole)
            for _ in range(random.randint(1, 6)):
                file[random.randrange(len(file))] = random.randrange(256)
            try:
                drawn(bytes(file), Shape.PORTRAIT)
            except UnusablePicture:
                continue


def test_too_large_a_file_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_drawn", lambda file, shape: Drawn(b"", 1, 1))
    drawn(bytes(LARGEST_FILE), Shape.LOGO)
    with pytest.raises(FileTooLarge):
        drawn(bytes(LARGEST_FILE + 1), Shape.LOGO)


def test_decompression_bomb_is_refused_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    width = 40_000
    file = file_of(Image.new("1", (width, MOST_POINTS // width + 1)))
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was unfolded"))
    with pytest.raises(TooManyPoints):
        drawn(file, Shape.LOGO)


def test_pillows_decompression_bomb_error_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(TooManyPoints):
        drawn(picture_file(60, 40), Shape.LOGO)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("shape", Shape)
def test_every_kind_of_colour_is_drawn(mode: str, shape: Shape) -> None:
    assert len(drawn(file_of(Image.new("L", (30, 20)).convert(mode)), shape).data) < 1000


def test_drawn_picture_fits_the_column() -> None:
    assert len(saved(noise(480, 200)).data) <= LARGEST_PICTURE


def test_digest_tells_pictures_apart() -> None:
    red, again, blue = (drawn(picture_file(colour=colour), Shape.LOGO) for colour in ("red", "red", "blue"))
    assert (red.digest == again.digest, red.digest == blue.digest, len(red.digest)) == (True, False, 64)


def test_uploads_that_would_queue_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """One is drawn and one waits; each further one would hold a thread that visitors' pages need."""
    begun, go_on = Semaphore(0), Event()
    decoded = []

    def slow(file: bytes, shape: Shape) -> Drawn:
        decoded.append(file)
        begun.release()
        assert go_on.wait(60)
        return Drawn(file, 1, 1)

    monkeypatch.setattr(pictures, "_drawn", slow)
    with ThreadPoolExecutor(50) as pool:
        first = pool.submit(drawn, b"first", Shape.LOGO)
        assert begun.acquire(timeout=60)
        others = [pool.submit(drawn, b"other", Shape.LOGO) for _ in range(49)]
        done, waiting = wait(others, timeout=60, return_when=FIRST_EXCEPTION)
        while len(done) < 48:
            done, waiting = wait(others, timeout=0.05)
        assert {type(one.exception()) for one in done} == {TooBusy}
        assert (decoded, len(waiting)) == ([b"first"], 1)
        go_on.set()
        assert [one.result().data for one in (first, *waiting)] == [b"first", b"other"]
    assert drawn(b"later", Shape.LOGO).data == b"later"
