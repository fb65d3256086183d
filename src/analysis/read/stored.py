"""The bytes of a file, read from where it lies as they are asked for, so that a large one never stands whole in memory."""

from typing import BinaryIO

STEP = 1 << 20  # bytes looked through at once


class StoredBytes:
    """The bytes of an open file by slices, as they stood when it was opened.

    A memory map would end the process where another program cuts the file meanwhile; this raises OSError.
    """

    def __init__(self, file: BinaryIO, length: int):
        self.file, self.length = file, length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _step = part.indices(self.length)
        self.file.seek(start)
        data = self.file.read(max(stop - start, 0))
        if len(data) < stop - start:
            raise OSError("it was cut short while it was read")
        return data

    def find(self, mark: bytes, start: int = 0) -> int:
        """The first place of a byte from `start` on; -1 where there is none."""
        for at in range(start, self.length, STEP):
            place = self[at : at + STEP].find(mark)
            if place >= 0:
                return at + place
        return -1

    def rfind(self, mark: bytes, start: int, end: int) -> int:
        """The last place of a byte between two; -1 where there is none."""
        while end > start:
            begin = max(start, end - STEP)
            place = self[begin:end].rfind(mark)
            if place >= 0:
                return begin + place
            end = begin
        return -1
