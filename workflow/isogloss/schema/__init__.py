"""The schema of config.yaml, once: every key, type and default stands here and nowhere else. No torch.

corpora.py  words.py  models.py  evaluation.py   the sections
experiment.py                                    the whole; `config.py` reads files into it and checks what only the whole can tell
"""

from .corpora import DerivationStep, LocalCorpus, Noise, World
from .evaluation import Finetune, Retrieval
from .experiment import Experiment, json_schema
from .models import Encoder, Pretrain, PretrainedTokenizer
from .section import PivotLanguage, as_list
from .words import (
    DictionaryLinks,
    EncoderLinks,
    Encoding,
    HMMLinks,
    InducedDictionary,
    Learnt,
    PanLex,
    PharaohLinks,
    ResymmetrisedLinks,
    WordLists,
)

__all__ = [
    "DerivationStep",
    "DictionaryLinks",
    "Encoder",
    "EncoderLinks",
    "Encoding",
    "Experiment",
    "Finetune",
    "HMMLinks",
    "InducedDictionary",
    "Learnt",
    "LocalCorpus",
    "Noise",
    "PanLex",
    "PharaohLinks",
    "PivotLanguage",
    "Pretrain",
    "PretrainedTokenizer",
    "ResymmetrisedLinks",
    "Retrieval",
    "WordLists",
    "World",
    "as_list",
    "json_schema",
]
