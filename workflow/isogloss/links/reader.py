"""Links as the training loop reads them: flat arrays."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..artifacts import read_parquet


@dataclass(frozen=True)
class Links:
    """The links and units of a pair.

    offsets: (rows + 1,) int64, the links of row k are links[offsets[k] : offsets[k + 1]]; links: (N, 2) uint16, word indices (src, tgt).
    unit_offsets: (rows + 1,) int64, the same for units; units: (U, 4) uint16, (src_first, src_last, tgt_first, tgt_last), inclusive.
    sha256: of the content, for lineage.
    """

    offsets: np.ndarray
    links: np.ndarray
    unit_offsets: np.ndarray
    units: np.ndarray
    sha256: str

    def __len__(self) -> int:
        return len(self.offsets) - 1


def read_links(path: str | Path) -> Links:
    """Read a links artifact. Raises IsoglossError if it is absent, damaged, foreign or of another version."""
    table, summary = read_parquet(path, "links")
    (offsets, src), (_, tgt), (unit_ends, units) = (_flat(table.column(name)) for name in ("src", "tgt", "units"))
    return Links(offsets, np.stack([src, tgt], axis=1), unit_ends // 4, units.reshape(-1, 4), summary["sha256"])


def _flat(column) -> tuple[np.ndarray, np.ndarray]:
    """(offsets of the rows, all values) of a column of lists."""
    import pyarrow.compute as pc

    sizes = [pc.list_value_length(chunk).to_numpy() for chunk in column.chunks]
    values = [chunk.flatten().to_numpy() for chunk in column.chunks]
    offsets = np.cumsum(np.concatenate([np.zeros(1, np.int64), *sizes], dtype=np.int64))
    return offsets, np.concatenate([np.empty(0, np.uint16), *values])
