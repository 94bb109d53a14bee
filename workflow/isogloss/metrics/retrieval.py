"""Nearest neighbours by cosine, as Tatoeba is scored. Numpy only.

Shapes: Q queries, C candidates, D dimensions.
"""

import numpy as np

from ..errors import IsoglossError

BLOCK = 1 << 22  # similarities held at once: 32 MiB
TIE = 1e-12  # far above float64 noise and far below the resolution of float32 embeddings


def nearest(queries_QD: np.ndarray, corpus_CD: np.ndarray, centred: bool = False) -> np.ndarray:
    """The index (Q,) of the candidate with the highest cosine to each query; of equal ones the lowest.

    `centred` first subtracts from each side its own mean, which removes what all sentences of a language share.
    Equal means within 1e-12: matrix products of equal rows may differ in the last bits from block to block and machine to machine.
    A zero vector has cosine 0 with everything. Raises IsoglossError for wrong shapes or values that are not finite.
    """
    queries_QD, corpus_CD = _unit(queries_QD, "queries", centred), _unit(corpus_CD, "corpus", centred)
    if queries_QD.shape[1] != corpus_CD.shape[1] or not len(corpus_CD):
        given = f"queries have shape {queries_QD.shape}, corpus {corpus_CD.shape}"
        raise IsoglossError("retrieval", given, "expected (Q, D) and (C, D) with C > 0", "Embed both sides with one model")
    step = max(1, BLOCK // len(corpus_CD))
    found = np.empty(len(queries_QD), dtype=np.int64)
    for start in range(0, len(queries_QD), step):
        cosine_BC = queries_QD[start : start + step] @ corpus_CD.T
        best_B1 = cosine_BC.max(axis=1, keepdims=True)
        found[start : start + step] = (cosine_BC >= best_B1 - TIE).argmax(axis=1)
    return found


def headline_layer(layers: int) -> int:
    """The layer a table shows for a model of `layers` layers: two thirds up (8 of 12), fixed before anyone saw a test score."""
    return 2 * layers // 3


def _unit(vectors_ND: np.ndarray, name: str, centred: bool) -> np.ndarray:
    vectors_ND = np.array(vectors_ND, dtype=np.float64)
    if vectors_ND.ndim != 2:
        raise IsoglossError("retrieval", f"{name} have shape {vectors_ND.shape}", "expected (N, D)", "Pool each sentence to one vector")
    if not np.isfinite(vectors_ND).all():
        remedy = "The model has diverged: lower its learning rate and train again"
        raise IsoglossError("retrieval", f"{name} hold NaN or infinity", "", remedy)
    if centred and len(vectors_ND):
        vectors_ND -= vectors_ND.mean(axis=0)
    norms_N1 = np.linalg.norm(vectors_ND, axis=1, keepdims=True)
    return np.divide(vectors_ND, norms_N1, out=vectors_ND, where=norms_N1 > 0)
