"""The corruption of masked language models, drawn from a given generator so that a step can be repeated exactly."""

from dataclasses import replace

import torch

from .batch import IGNORED, PADDING, Batch, SpecialIds


def mask_tokens(batch: Batch, special: SpecialIds, generator: torch.Generator, *, rate: float, keep: float, random: float) -> Batch:
    """Choose tokens and corrupt them: most become <mask>, some a random token, some stay (BERT: rate .15, random .1, keep .1).

    The number of chosen tokens is exact, round(rate * maskable) and at least one, so that a step's loss is a mean over a known
    count. Special tokens and padding are never chosen; a random token is drawn uniformly from the ordinary vocabulary.
    """
    ids = batch.ids.clone()
    maskable = (batch.segment != PADDING) & ~torch.isin(ids, torch.tensor(special.all_special))
    places = maskable.flatten().nonzero().squeeze(1)
    count = min(len(places), max(1, round(rate * len(places))))
    chosen = places[torch.randperm(len(places), generator=generator)[:count]]
    labels = torch.full_like(ids, IGNORED)
    labels.view(-1)[chosen] = ids.view(-1)[chosen]
    fate = torch.rand(count, generator=generator)
    drawn = torch.randint(special.vocab_size - len(special.all_special), (count,), generator=generator)
    for taken in special.all_special:  # in ascending order: step over each special id
        drawn += drawn >= taken
    ids.view(-1)[chosen] = torch.where(fate < keep, ids.view(-1)[chosen], torch.where(fate < keep + random, drawn, special.mask))
    return replace(batch, ids=ids, labels=labels)
