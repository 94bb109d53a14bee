"""What an objective is built with, in tests: the languages of the toy world, and a dictionary of its words."""

import torch

from isogloss.batch import SpecialIds, empty_batch
from isogloss.language_embedding import LanguageEmbedding
from isogloss.links import read_links
from isogloss.objectives import OBJECTIVES
from isogloss.objectives.contract import Setup
from isogloss.rows import Rows
from isogloss.streams import Part, Stream
from isogloss.token_dictionary import read_token_dictionary
from isogloss.tokens import open_tokens
from toy import WORDS

LANGUAGES = sorted(WORDS)


def dictionary_of(toy, tokenizer):
    """All words of the toy world, each language with English; some of each pair are held out."""
    return read_token_dictionary(toy.dictionaries(), tokenizer, LANGUAGES)


def setup_of(toy, encoder, tokenizer, **changes):
    torch.manual_seed(1)
    embedding = LanguageEmbedding(len(LANGUAGES), encoder.width)
    pairs = [(LANGUAGES.index("de"), LANGUAGES.index("en")), (LANGUAGES.index("en"), LANGUAGES.index("zh"))]
    given = {"pairs": pairs, "embedding": embedding, "dictionary": dictionary_of(toy, tokenizer)}
    return Setup(encoder, SpecialIds.of(tokenizer), LANGUAGES, **(given | changes))


def built(toy, objective, encoder, tokenizer, **changes):
    """An objective with its parameters, in the encoder's precision."""
    setup = setup_of(toy, encoder, tokenizer, **changes)
    torch.manual_seed(1)
    objective.build(setup)
    return objective.to(encoder.model.dtype)


def source_of(toy, name, objective, layout, *, options=(), batch_rows=6):
    """The stream and the rows of an objective over the toy corpora, as `pretrain` makes them."""
    entry = OBJECTIVES[name]
    paths = toy.mono() if entry.stream == "mono" else toy.bitext()
    linked = "links" in entry.reads(dict(options))
    parts = [Part(pair, open_tokens(path), read_links(toy.links()[pair]) if linked else None) for pair, path in paths.items()]
    own = objective.layout(layout)
    stream = Stream(parts, layout=own, batch_rows=batch_rows, alpha=0.3, seed=0)
    return stream, Rows(stream.parts, own, LANGUAGES, torch.device("cpu"), 0)


def batch_for(toy, name, objective, layout, **more):
    """One batch of an objective with nothing hidden yet; an empty one where it has no rows."""
    if OBJECTIVES[name].stream is None:
        return empty_batch(torch.device("cpu"))
    stream, rows = source_of(toy, name, objective, layout, **more)
    return rows.batch(stream.next_batch())
