"""Dictionaries: which words translate each other in general, one artifact per pair.

    dictionaries/{name}/{pair}.parquet
        src, tgt            words; src is in the first language of the pair
        count               how often this is said
        p_tgt_given_src     count / all of src
        p_src_given_tgt     count / all of tgt
        split               train may be learnt from; held_out is for measuring: no source word has entries in both where it is made here

lists.py (word lists; panlex.py), induced.py (word links) or derived.py (the dictionary of the bases)  ->  entries.py  ->  coverage.py
"""

from .derived import make_derived_dictionary
from .entries import HELD_OUT, TRAIN, Dictionary, Entry, read_dictionary, split_of
from .induced import make_induced_dictionary
from .lists import make_dictionary, read_word_list

__all__ = [
    "HELD_OUT",
    "TRAIN",
    "Dictionary",
    "Entry",
    "make_derived_dictionary",
    "make_dictionary",
    "make_induced_dictionary",
    "read_dictionary",
    "read_word_list",
    "split_of",
]
