"""Example lengths -> rows: bin packing on the histogram of the lengths.

A row takes the longest length that fits, until two lengths, or one, fill it to the last cell; of all such two it takes the most
plentiful, so that no length runs out before the others. As many rows as the stock allows are made alike. Of natural sentence
lengths 99.5% of the cells and more are filled, where best-fit decreasing leaves up to 2.5% empty: it spends all long examples first
and fills its gaps with short ones, of which there are too few. (To even out the stock is the idea of the sum-of-squares algorithm:
Csirik et al. 2006, "On the sum-of-squares algorithm for bin packing".)
"""

from collections.abc import Sequence

import numpy as np

from .errors import IsoglossError

ALIKE = 4  # rows alike use no more than one in so many of a length's examples, lest the stock becomes uneven


def pack(lengths: Sequence[int] | np.ndarray, capacity: int) -> tuple[np.ndarray, np.ndarray, int]:
    """(row (E,), first cell in it (E,), number of rows) of examples of 1 to `capacity` cells.

    Examples of one length are taken in the order of the input, so shuffle it to change neighbours.

    Raises:
        IsoglossError: an example that no row can hold.
    """
    lengths = np.asarray(lengths, np.int64)
    if len(lengths) and not 1 <= lengths.min() <= lengths.max() <= capacity:
        given = f"examples of {lengths.min()} to {lengths.max()} cells"
        raise IsoglossError("row_length", given, f"1 to {capacity}", "Raise row_length, or lower encoder.max_length")
    row, column = np.empty_like(lengths), np.empty_like(lengths)
    by_length, stock = np.argsort(lengths, kind="stable"), np.bincount(lengths, minlength=capacity + 1)
    following = np.cumsum(stock) - stock  # of each length: where in `by_length` its next example is
    rows, left = 0, len(lengths)
    while left:
        pattern = _pattern(stock, capacity)
        needed = np.bincount(pattern, minlength=capacity + 1)
        used = np.flatnonzero(needed)
        alike = max(1, int((stock[used] // (ALIKE * needed[used])).min()))
        first = 0
        for length in pattern:
            taken = by_length[following[length] : following[length] + alike]
            row[taken], column[taken] = np.arange(rows, rows + alike), first
            following[length] += alike
            first += length
        stock = stock - alike * needed
        rows, left = rows + alike, left - alike * len(pattern)
    return row, column, rows


def _pattern(stock: np.ndarray, capacity: int) -> list[int]:
    """The lengths of one more row, where `stock` (capacity + 1,) examples are left of each length."""
    stock, room = stock.copy(), capacity
    pattern: list[int] = []
    stock[0] = stock.sum()  # as if there were empty examples without end: one length that fills the row is two
    while room:
        both = np.minimum(stock[: room + 1], stock[room::-1])
        if room % 2 == 0:
            both[room // 2] = stock[room // 2] // 2
        shorter = int(both.argmax())
        if both[shorter]:
            return [*pattern, *(length for length in (room - shorter, shorter) if length)]
        longest = int(np.flatnonzero(stock[: room + 1])[-1])
        if not longest:
            break
        pattern.append(longest)
        stock[longest] -= 1
        room -= longest
    return pattern
