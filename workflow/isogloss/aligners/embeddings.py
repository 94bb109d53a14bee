"""States of the sub-words of tokenised sentences, from any encoder, and which words each sub-word belongs to.

Sentences are read as running text, so a sub-word may cover several words (in Chinese many do); it belongs to all of them. What lies
behind the longest input of the encoder has no states, and neither has a word that the tokenizer drops.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..corpora.transforms.sentences import gaps
from ..device import choose_device
from ..encoder import FAMILIES, first_position, place, quiet
from ..errors import IsoglossError
from ..metrics.retrieval import headline_layer
from ..padding import BATCH_TOKENS, by_length, pad_rows
from ..vocab import encode_plain, load_tokenizer
from .contract import BOTH, NONE, Candidates, Pair, Pairs, Words

CHUNK = 1 << 15  # words whose states are held at once
UNLIMITED = 512  # tokens read by an encoder that names no limit
UNTRAINED = ("pooler.", "cls.", "lm_head.", "classifier.")  # parts that no state of a sub-word depends on


class SubWords(NamedTuple):
    """The sub-words of a sentence: states (layers, T, H); first, last: the words that each covers, inclusive."""

    states: torch.Tensor
    first: Sequence[int]
    last: Sequence[int]


class Embedder:
    """An encoder at work on word lists.

    Args:
        network: a transformers encoder that gives `hidden_states`, on its device.
        max_length: the most tokens that it reads, special ones included.
        layers: whose states are wanted; 0 is the output of the embeddings. None: of all.
        batch_tokens: padded tokens of a batch.
    """

    def __init__(
        self, network: nn.Module, tokenizer, max_length: int, layers: Sequence[int] | None = None, batch_tokens: int = BATCH_TOKENS
    ) -> None:
        self.network, self.tokenizer, self.max_length = network.eval(), tokenizer, max_length
        self.layers, self.batch_tokens = layers, batch_tokens

    def __call__(self, sentences: Sequence[Words], lang: str) -> list[SubWords]:
        """The sub-words of each sentence, on the device of the network, float32."""
        joined = [_join(words, lang) for words in sentences]
        encoded = list(encode_plain(self.tokenizer, [text for text, *_ in joined]))
        states = self._states([ids[: self.max_length - 2] for ids, _ in encoded])
        return [
            SubWords(found, *_covered(starts, ends, spans[: found.shape[1]]))
            for found, (_, starts, ends), (_, spans) in zip(states, joined, encoded, strict=True)
        ]

    @torch.inference_mode()
    def _states(self, sentences: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        start, end, pad = (getattr(self.tokenizer, f"{name}_token_id") for name in ("cls", "sep", "pad"))
        found: list[Any] = [None] * len(sentences)
        device = next(self.network.parameters()).device
        for group in by_length(range(len(sentences)), lambda k: len(sentences[k]) + 2, self.batch_tokens):
            ids, mask = pad_rows([[start, *sentences[k], end] for k in group], pad)
            hidden = self.network(input_ids=ids.to(device), attention_mask=mask.to(device), output_hidden_states=True).hidden_states
            wanted = torch.stack([hidden[layer] for layer in (range(len(hidden)) if self.layers is None else self.layers)]).float()
            if not wanted[:, mask.bool()].isfinite().all():
                raise IsoglossError(
                    "aligner", "states of its model are NaN or infinite", "", "The model has diverged: choose or train another"
                )
            for slot, k in enumerate(group):
                found[k] = wanted[:, slot, 1 : len(sentences[k]) + 1]
        return found


def load_embedder(aligner: str, model: str | Path, layer: int | None, batch_tokens: int) -> Embedder:
    """The states of one layer of an encoder: a directory (of this workflow or not) or hub name that AutoModel loads.

    Weights come from safetensors, and no code of others is run.

    Args:
        aligner: that asks, for messages.
        layer: None: two thirds up (`metrics.retrieval.headline_layer`); layers above it are not computed.
    Raises:
        IsoglossError: the model cannot be loaded, lacks weights, or has no such layer.
    """
    quiet()
    where, tokenizer = f"aligner {aligner} model {model}", load_tokenizer(model)
    network = _load_network(where, model)
    if None in (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id):
        raise IsoglossError(
            where, "has a tokenizer without <s>, </s> or padding", "that of an encoder (BERT, XLM-R, ...)", "Choose another model"
        )
    if network.get_input_embeddings().num_embeddings < len(tokenizer):
        raise IsoglossError(where, f"knows fewer tokens than its tokenizer has, {len(tokenizer)}", "", "Choose another model")
    depth = network.config.num_hidden_layers
    chosen = headline_layer(depth) if layer is None else layer
    if not 0 <= chosen <= depth:
        raise IsoglossError(where, f"has no layer {chosen}", f"its layers are 0 (the embeddings) to {depth}", "Choose one of them")
    if network.config.model_type in FAMILIES and chosen:
        del network.encoder.layer[chosen:]
    return Embedder(place(network, choose_device()), tokenizer, longest_input(network.config, tokenizer), [chosen], batch_tokens)


def longest_input(config, tokenizer) -> int:
    """The most tokens that an encoder reads, special ones included."""
    positions = getattr(config, "max_position_embeddings", 0)
    unused = first_position(config) if config.model_type in FAMILIES else 0
    return min(positions - unused if positions > 0 else UNLIMITED, tokenizer.model_max_length)


def _load_network(where: str, model: str | Path):
    from transformers import AutoModel

    try:
        network, report = AutoModel.from_pretrained(
            model, trust_remote_code=False, use_safetensors=True, dtype=torch.float32, output_loading_info=True
        )
    except Exception as error:  # a foreign model fails in many ways (json, safetensors, shapes, network)
        given = f"cannot be loaded ({type(error).__name__}: {error})".splitlines()[0]
        raise IsoglossError(where, given, "a directory or hub name of an encoder with safetensors", "Check it") from error
    if missing := sorted(key for key in report["missing_keys"] if not key.startswith(UNTRAINED)):
        raise IsoglossError(where, f"lacks {', '.join(missing[:3])}{' ...' if missing[3:] else ''}", "all weights", "Choose another model")
    return network


def chunks(pairs: Pairs, words: int = CHUNK) -> Iterator[list[Pair]]:
    """Pairs in order, in lists of about so many words."""
    chunk: list[Pair] = []
    held = 0
    for pair in pairs:
        chunk.append(pair)
        held += max(1, len(pair[0]) + len(pair[1]))
        if held >= words:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def embed_sides(embed: Embedder, pairs: Sequence[Pair], languages: Sequence[str]) -> tuple[list[SubWords], list[SubWords]]:
    """The sub-words of the sources and of the targets of some pairs."""
    return embed([src for src, _ in pairs], languages[0]), embed([tgt for _, tgt in pairs], languages[1])


def between_words(direction: np.ndarray, p: np.ndarray, source: SubWords, target: SubWords) -> Candidates:
    """Links between sub-words -> links between the words that they cover.

    A pair of words has both directions only if one pair of their sub-words has, so `intersect` decides on sub-words; where each
    direction links other sub-words, the pair bears the direction of the surest. Its p is the highest.

    Args:
        direction: (S, T) of FORWARD | BACKWARD, 0 for no link.
        p: (S, T) probabilities from 0 to 1.
    """
    found: dict[tuple[int, int], tuple[int, float]] = {}
    linked = direction.nonzero()
    for s, t, given, sure in zip(*(array.tolist() for array in (*linked, direction[linked], p[linked])), strict=True):
        for i in range(source.first[s], source.last[s] + 1):
            for j in range(target.first[t], target.last[t] + 1):
                before, surest = found.get((i, j), (0, -1.0))
                chosen = BOTH if BOTH in (before, given) else given if sure > surest else before
                found[i, j] = chosen, max(sure, surest)
    if not found:
        return NONE
    links = sorted(found)
    directions, ps = zip(*(found[link] for link in links), strict=True)
    return Candidates([i for i, _ in links], [j for _, j in links], directions, [round(100 * sure) for sure in ps])


def _join(words: Words, lang: str) -> tuple[str, np.ndarray, np.ndarray]:
    """(text, start of each word in it, its end): as `transforms.sentences.join` makes it."""
    before = gaps(words, lang)
    ends = np.cumsum([len(gap) + len(word) for gap, word in zip(before, words, strict=True)], dtype=np.int64)
    text = "".join(gap + word for gap, word in zip(before, words, strict=True))
    return text, ends - np.array([len(word) for word in words], np.int64), ends


def _covered(starts: np.ndarray, ends: np.ndarray, spans: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """(first word, last word) of each sub-word from its character span; one that covers no word belongs to the next."""
    begin, end = np.array(spans, np.int64).reshape(-1, 2).T
    first = np.minimum(np.searchsorted(ends, begin, side="right"), max(0, len(ends) - 1))
    last = np.searchsorted(starts, end, side="left") - 1
    return first.tolist(), np.maximum(first, last).tolist()
