"""`hmm`: the aligner that needs nothing but torch, and the default.

    pairs --corpus--> numbers, batches --cells--> a number for any two words that meet --lexicon--> p(t | s), p(s | t)
          --IBM Model 1, then a hidden Markov model, each a few times over the corpus--> posteriors --decode--> candidates

What makes it good, in the order of what it brings (docs/data.md has the figures):

- alignment by agreement (Liang, Taskar & Klein 2006): in the HMM the product of both directions' posteriors is the expected count of a
  link, for both. In Model 1 it would hurt: that knows too little to agree on.
- counts without the cell that asks, and stems (lexicon.py): rare words are what alignment errors are made of.
- jumps raised to a power below 1, and a larger probability of the empty word when links are read off than in training.

One thread: the arithmetic is bound by memory, and the result has the same bytes whatever the machine is doing besides. Pairs of
languages are aligned side by side as jobs of their own.
"""

import hashlib
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
import torch

from ...artifacts import atomic_path, canonical_json
from ...device import choose_device, use_determinism
from ...progress import Progress
from ..contract import NONE, Candidates, Pairs
from .cells import PADDING, Cells
from .corpus import BATCH_CELLS, Corpus
from .decode import Decoder
from .lattice import posteriors
from .lexicon import Lexicon, Prior

GPU_BATCH_CELLS = 1 << 23
SAVE_SECONDS = 30.0  # between two states on disk


@dataclass(frozen=True)
class Options:
    """model1, hmm: times over the corpus. empty: probability of the empty word in training, and in reading links off. The rest: lexicon.py."""

    model1: int = 4
    hmm: int = 5
    empty: float = 0.05
    empty_decoding: float = 0.2
    furthest_jump: int = 20
    jump_power: float = 0.8
    alpha: float = 0.005
    stem: int = 5
    stem_weight: float = 10.0
    cognates: float = 0.1
    fold: bool = True


class HMM:
    """See above. `languages` are not looked at: words are words. Options by keyword: `Options`."""

    def __init__(self, languages: tuple[str, str] = ("", ""), **options) -> None:
        self.options = Options(**options)

    @classmethod
    def missing(cls) -> str | None:
        return None

    def align(self, pairs: Pairs, state: Path | None = None) -> Iterator[Candidates]:
        """See contract.py. Pairs of more than a million cells (corpus.MOST_CELLS) are not aligned.

        Peak memory: about 60 bytes for each pair of words that meet, and 4 for each word; text and cells stay on disk.
        """
        use_determinism(1)
        yield from self._found(pairs, state)  # who takes one by one is in no inference mode

    def _found(self, pairs: Pairs, state: Path | None) -> Iterator[Candidates]:
        with ExitStack() as stack, torch.inference_mode():
            if state is not None:
                state.mkdir(parents=True, exist_ok=True)
            room = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=state, prefix="cells-")))
            device = choose_device()
            corpus = Corpus(pairs, self.options.fold, BATCH_CELLS if device.type == "cpu" else GPU_BATCH_CELLS)
            if not corpus.batches:
                return repeat(NONE, corpus.rows)
            training = Training(corpus, self.options, room, device)
            training.run(state)
            found = Decoder(corpus.rows)
            for batch, forward, backward in training.posteriors(self.options.empty_decoding):
                found.add(batch, forward, backward)
        return found.rows()


class Training:
    """The parameters of both directions, and how they learn. Shapes as in lattice.py; a batch of cells is (J, B, I)."""

    def __init__(self, corpus: Corpus, options: Options, room: Path, device: torch.device) -> None:
        self.corpus, self.options, self.device = corpus, options, device
        self.cells = Cells(corpus, room)
        prior = Prior(options.alpha, options.stem, options.stem_weight, options.cognates)
        self.lexicon = Lexicon(corpus, self.cells, prior, room, device)
        self.jumps = [torch.ones(2 * options.furthest_jump + 1, device=device) for _ in range(2)]
        self.round = 0
        # p(word | empty word): how frequent it is; beyond the end of a sentence 1
        frequencies = (torch.from_numpy(side.frequency / max(1.0, float(side.frequency.sum()))) for side in corpus.sides)
        self._empty = [torch.cat([part, torch.ones(1)]).to(device) for part in frequencies]

    def run(self, state: Path | None) -> None:
        """All rounds that are missing; what is finished is kept in `state`."""
        rounds, saved = self.options.model1 + self.options.hmm, time.monotonic()
        if state is not None:
            self._load(state)
        progress = Progress(rounds, "hmm")
        while self.round < rounds:
            (self._model1 if self.round < self.options.model1 else self._hmm)()
            self.round += 1
            progress.report(self.round, f"{len(self.cells) - PADDING:,} pairs of words in {self.corpus.rows:,} pairs")
            if state is not None and self.round < rounds and time.monotonic() - saved >= SAVE_SECONDS:
                self._save(state)
                saved = time.monotonic()
        progress.close()

    def _model1(self) -> None:
        """One iteration of IBM Model 1 (Brown et al. 1993), each direction for itself."""
        forward, backward = self.lexicon.counters(shared=False)
        for batch, cells_JBI in self._batches():
            flat, sizes_B = cells_JBI.view(-1), self._sizes(batch)
            for dim, table, count, size_B, empty in (
                (2, self.lexicon.forward, forward, sizes_B[0], self._observed(batch, 1)[:, :, None]),
                (0, self.lexicon.backward, backward, sizes_B[1], self._observed(batch, 0).T[None]),
            ):
                p_JBI = table.index_select(0, flat).view_as(cells_JBI)
                p_JBI *= ((1 - self.options.empty) / size_B)[:, None]
                p_JBI /= p_JBI.sum(dim, keepdim=True) + self.options.empty * empty
                count.index_add_(0, flat, p_JBI.view(-1))
        self.lexicon.update(forward, backward)

    def _hmm(self) -> None:
        """One iteration of both hidden Markov models, trained to agree."""
        count, _ = self.lexicon.counters(shared=True)
        jumps = [torch.full_like(part, 1e-3) for part in self.jumps]
        for _, cells_JBI, forward_JBI, backward_IBJ, made in self._posteriors(self.options.empty):
            forward_JBI *= backward_IBJ.permute(2, 1, 0)
            count.index_add_(0, cells_JBI.view(-1), forward_JBI.view(-1))
            for sum_J, made_J in zip(jumps, made, strict=True):
                sum_J += made_J
        self.lexicon.update(count, count)
        self.jumps = [self._smoothed(part) for part in jumps]

    def _smoothed(self, jumps_J: torch.Tensor) -> torch.Tensor:
        """Weights from counts: the outermost kinds stand for many distances each, about half as many as the furthest jump is wide."""
        weights_J = jumps_J.clone()
        weights_J[[0, -1]] /= max(1.0, self.options.furthest_jump / 2)
        weights_J = (weights_J / weights_J.sum()) ** self.options.jump_power
        return weights_J / weights_J.max()

    def posteriors(self, empty: float) -> Iterator[tuple[np.ndarray, torch.Tensor, torch.Tensor]]:
        """(rows, p(word of the source | word of the target), the reverse), both (B, I, J); 0 in cells of padding."""
        for batch, cells_JBI, forward_JBI, backward_IBJ, _ in self._posteriors(empty):
            padding_JBI = cells_JBI < PADDING
            forward_JBI[padding_JBI] = 0
            backward_IBJ.permute(2, 1, 0)[padding_JBI] = 0
            yield batch.rows, forward_JBI.permute(1, 2, 0), backward_IBJ.permute(1, 0, 2)

    def _posteriors(self, empty: float):
        """(batch, cells, posterior of both directions, expected jumps of both)."""
        for batch, cells_JBI in self._batches():
            flat, (i_B, j_B) = cells_JBI.view(-1), self._sizes(batch)
            forward_JBI = self.lexicon.forward.index_select(0, flat).view_as(cells_JBI)
            backward_IBJ = self.lexicon.backward.index_select(0, flat).view_as(cells_JBI).permute(2, 1, 0).contiguous()
            forward_JBI *= 1 - empty
            backward_IBJ *= 1 - empty
            forward_JBI, forward_jumps = posteriors(forward_JBI, empty * self._observed(batch, 1), self.jumps[0], i_B, j_B)
            backward_IBJ, backward_jumps = posteriors(backward_IBJ, empty * self._observed(batch, 0), self.jumps[1], j_B, i_B)
            yield batch, cells_JBI, forward_JBI, backward_IBJ, (forward_jumps, backward_jumps)

    def _batches(self):
        for batch, cells_JBI in self.cells.batches():
            yield batch, cells_JBI.to(self.device)

    def _sizes(self, batch) -> tuple[torch.Tensor, torch.Tensor]:
        src, tgt = (torch.from_numpy(side.sizes[batch.rows]).to(self.device) for side in self.corpus.sides)
        return src, tgt

    def _observed(self, batch, side: int) -> torch.Tensor:
        """p(word | empty word) of the words of one side, (words, B)."""
        return self._empty[side][torch.from_numpy(self.corpus.sides[side].padded(batch).T.copy()).to(self.device)]

    # ------------------------------------------------------------------------------------------------------ resuming

    def _fingerprint(self) -> str:
        """Of the code, the options and the text: the state of another alignment is passed over."""
        digest = hashlib.sha256(canonical_json(asdict(self.options)).encode())
        for file in sorted(Path(__file__).parent.glob("*.py")):
            digest.update(file.read_bytes())
        for side in self.corpus.sides:
            digest.update("\0".join(side.words).encode("utf-8", "surrogatepass"))
            digest.update(side.tokens.tobytes() + side.ends.tobytes())
        return digest.hexdigest()

    def _save(self, state: Path) -> None:
        from safetensors.torch import save_file

        tensors = {"forward": self.lexicon.forward, "backward": self.lexicon.backward, "jumps_0": self.jumps[0], "jumps_1": self.jumps[1]}
        about = {"round": str(self.round), "fingerprint": self._fingerprint()}
        with atomic_path(state / "hmm.safetensors") as made:
            save_file({name: tensor.cpu() for name, tensor in tensors.items()}, made, metadata=about)

    def _load(self, state: Path) -> None:
        from safetensors import SafetensorError, safe_open

        path = state / "hmm.safetensors"
        if not path.is_file():
            return
        try:
            with safe_open(path, framework="pt", device=str(self.device)) as file:
                about = file.metadata() or {}
                if about.get("fingerprint") != self._fingerprint():
                    return
                self.lexicon.forward, self.lexicon.backward = file.get_tensor("forward"), file.get_tensor("backward")
                self.jumps = [file.get_tensor("jumps_0"), file.get_tensor("jumps_1")]
                self.round = int(about["round"])
        except (SafetensorError, OSError, ValueError) as error:
            logging.getLogger(__name__).warning("%s is damaged (%s); starting anew", path, error)
            return
        logging.getLogger(__name__).info("going on after round %d", self.round)
