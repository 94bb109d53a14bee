"""Attention rules as who may attend to whom, (R, L, L) bool, read from each realisation that runs on a CPU; for the leak tests."""

import torch

from isogloss.attention import additive, block, dense


def asked_by_block(rule, batch):
    row, cell = torch.arange(len(batch.ids)), torch.arange(batch.ids.shape[1])
    return block(rule, batch).mask_mod(row[:, None, None], 0, cell[:, None], cell)


REALISATIONS = {
    "dense": lambda rule, batch: dense(rule, batch)[:, 0],
    "additive": lambda rule, batch: additive(rule, batch, torch.float64)[:, 0] == 0,
    "block": asked_by_block,
}


def closure(reaches):
    """Who reaches whom over any number of layers, from a mask (R, L, L) of one."""
    for _ in range(6):  # paths of up to 64 steps
        reaches = (reaches.float() @ reaches.float()) > 0
    return reaches
