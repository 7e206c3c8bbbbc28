import pytest
from websockets.frames import Frame, Opcode

from realtime.frames import SharedText


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_a_shared_text_is_framed_as_a_stock_library_does(length: int) -> None:
    text = SharedText("µ" * (length // 2) + "a" * (length % 2))
    assert text.frame == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def test_a_shared_text_is_encoded_and_framed_once() -> None:
    text = SharedText("30 µg/m³")
    assert text.encode() is text.encode()
    assert text.frame is text.frame
    assert text.encode().decode() == text
