"""Heads: how a model meets a kind of task. The only code of fine-tuning and prediction that depends on the kind.

tag       token classification on the first piece of each word
classify  classification of a pair of texts on the state of its first token
align     awesome-align's links by the states of every layer; nothing is trained
retrieve  mean-pooled states of every layer, nearest neighbours by cosine; nothing is trained
"""

from collections.abc import Mapping
from typing import Any

from .align import AlignHead
from .classify import ClassifyHead
from .retrieve import RetrieveHead
from .tag import TagHead

HEADS: Mapping[str, Any] = {"tag": TagHead(), "classify": ClassifyHead(), "retrieve": RetrieveHead(), "align": AlignHead()}
