"""What depends on the kind of a task and on nothing else: files, sentences, trivial baseline, scoring. No torch.

kind       task data                                              prediction records of one language
tag        {train,dev,test}/{lang}.jsonl {id, tokens, tags}       {id, pred: tags}
classify   {train,dev,test}/{lang}.jsonl                          {id, pred: label}
           {id, text_a, text_b, label}
retrieve   test/{lang}.query.jsonl {id, text} (English)           {id, direction, centred, pred: corpus id per layer 0..L}
           test/{lang}.corpus.jsonl {id, text} (foreign)          direction en: English asks; xx: the foreign side asks
           test/{lang}.gold.tsv query id TAB corpus id
align      {dev,test}/{lang}.jsonl {id, src, tgt: tokens,         {id, pred: links of layer 0..L}
           sure, possible: links}, sides in the order of codes    a link is [i, j]: src[i] with tgt[j]
"""

from typing import Any

from .align import Align
from .classify import Classify
from .predictions import RERUN
from .retrieve import Retrieve
from .tag import Tag

__all__ = ["KINDS", "RERUN"]

KINDS: dict[str, Any] = {"tag": Tag(), "classify": Classify(), "retrieve": Retrieve(), "align": Align()}
