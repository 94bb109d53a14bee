"""What depends on the kind of a task and on nothing else: files, sentences, trivial baseline, scoring. No torch.

kind       task data                                              prediction records of one language
tag        {split}/{lang}.jsonl {id, tokens, tags}                {id, pred: tags}
classify   {split}/{lang}.jsonl {id, text_a, text_b, label}       {id, pred: label}
span       {split}/{lang}.jsonl {id, context, question,           {id, pred: text}
           answers: [{text, start}]}
retrieve   test/{lang}.query.jsonl {id, text} (English)           {id, direction, centred, pred: corpus id per layer 0..L}
           test/{lang}.corpus.jsonl {id, text} (foreign)          direction en: English asks; xx: the foreign side asks
           test/{lang}.gold.tsv query id TAB corpus id
mine       {dev,test}/{lang}.query.jsonl {id, text} (foreign)     {id: dev or test, layer, centred, pred: [[foreign id, English id,
           {dev,test}/{lang}.corpus.jsonl {id, text} (English)    score], ...]}, best first; only texts that one sentence has alone
           {dev,test}/{lang}.gold.tsv foreign id TAB English id
lexicon    test/{lang}.jsonl {id, source: English word, targets:  {id: word, direction, pred: [up to ten words, best first]} by the
           foreign words, used: in dictionaries of objectives}    input embeddings and by layer 0..L; direction as in retrieve
align      {dev,test}/{lang}.jsonl {id, src, tgt: tokens,         {id, pred: links of layer 0..L}
           sure, possible: links}, sides in the order of codes    a link is [i, j]: src[i] with tgt[j]

split: train, translated (training data that a machine translated), dev, test. In the setting `probe` pred of tag and classify is a list
of these over layers 0..L.
"""

from typing import Any

from .align import Align
from .classify import Classify
from .lexicon import Lexicon
from .mine import Mine
from .predictions import RERUN
from .retrieve import Retrieve
from .span import Span
from .tag import Tag

__all__ = ["KINDS", "RERUN"]

KINDS: dict[str, Any] = {
    "tag": Tag(),
    "classify": Classify(),
    "span": Span(),
    "retrieve": Retrieve(),
    "mine": Mine(),
    "lexicon": Lexicon(),
    "align": Align(),
}
