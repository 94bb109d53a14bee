"""Texts and words -> vectors of a bare transformers encoder, on the CPU in float32. Embedding output first, last layer last."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from .padding import BATCH_TOKENS, by_length, pad_rows
from .vocab import encode_plain

POOLINGS = ("mean", "mean_text", "cls")


@torch.inference_mode()
def embed(
    network: nn.Module,
    texts: Sequence[str],
    tokenizer,
    max_length: int,
    device: torch.device,
    pooling: str = "mean",
    layers: Sequence[int] | None = None,
) -> torch.Tensor:
    """(layers, texts, H): one vector a text and layer.

    Args:
        max_length: tokens that are read of a text, special ones included.
        pooling: "mean" of the states of all tokens, [CLS] and [SEP] inside (XTREME); "mean_text" without these, zero for a text that has
            no token; "cls" the state of the first token.
        layers: indices into `hidden_states`; None: all.
    """
    network.eval()
    encoded = [[tokenizer.cls_token_id, *ids[: max_length - 2], tokenizer.sep_token_id] for ids, _ in encode_plain(tokenizer, texts)]
    found: list[Any] = [None] * len(texts)
    for group in by_length(list(enumerate(encoded)), lambda item: len(item[1]), BATCH_TOKENS):
        ids, mask = pad_rows([ids for _, ids in group], tokenizer.pad_token_id)
        hidden = network(input_ids=ids.to(device), attention_mask=mask.to(device), output_hidden_states=True).hidden_states
        states = torch.stack([hidden[layer] for layer in (range(len(hidden)) if layers is None else layers)]).float()
        weight = _weight(mask, pooling).to(device).float()[None, :, :, None]
        pooled = ((states * weight).sum(2) / weight.sum(2).clamp(min=1)).cpu()
        for slot, (number, _) in enumerate(group):
            found[number] = pooled[:, slot]
    return torch.stack(found, dim=1)


def embed_words(network: nn.Module, words: Sequence[str], tokenizer, max_length: int, device: torch.device) -> torch.Tensor:
    """(layers + 1, words, H): the static vectors of words first, then those of each layer.

    Static is the mean of the input embeddings of a word's pieces (ALIGN-MLM); in a layer it is the mean of their states in a sentence of
    that word alone. A word of which the vocabulary knows nothing (the piece of a leading space apart) is zero.
    """
    table = network.get_input_embeddings().weight.detach().float().cpu()  # type: ignore[operator]
    pieces = [ids for ids, _ in encode_plain(tokenizer, words)]
    static = torch.stack([table[ids].mean(0) if ids else table.new_zeros(table.shape[1]) for ids in pieces])
    states = embed(network, words, tokenizer, max_length, device, "mean_text")
    void = {tokenizer.unk_token_id, tokenizer.convert_tokens_to_ids("▁")}
    known = torch.tensor([not void.issuperset(ids) for ids in pieces])
    return torch.cat([static[None], states]) * known[None, :, None]


def _weight(mask: torch.Tensor, pooling: str) -> torch.Tensor:
    """What of (B, L) is pooled."""
    if pooling == "mean":
        return mask
    place, last = torch.arange(mask.shape[1]), mask.sum(1, keepdim=True) - 1
    return (place == 0).expand_as(mask) if pooling == "cls" else (place > 0) & (place < last)
