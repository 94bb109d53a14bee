"""Word links: which words of a pair translate each other, row by row beside the bitext.

    links/{aligner}/{pair}.parquet    row k aligns row k of bitext/{pair}.parquet
        src, tgt    link n is between words src[n] and tgt[n], as `languages.split_words` counts them; sorted, each once
        units       (src_first, src_last, tgt_first, tgt_last), inclusive, of every word or name that has one counterpart (units.py)

files.py (gold links, Pharaoh files)  or  hits.py (pairs of a dictionary)  ->  stage.py; derived.py  ->  reader.py
"""

from .derived import make_derived_links
from .reader import Links, read_links
from .stage import make_links

__all__ = ["Links", "make_derived_links", "make_links", "read_links"]
