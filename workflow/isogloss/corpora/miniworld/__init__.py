"""The embedded mini-world: a seeded generator of multilingual text in which everything is known.

concepts.py (what there is)  ->  draw.py (draws what is said)  ->  meaning.py (what is said)
    ->  en.py de.py tr.py ru.py (say it)  ->  world.py (writes text, pairs, links, tags and retrieval sets)
"""

from isogloss.corpora.miniworld.world import LANGUAGES, write_world

__all__ = ["LANGUAGES", "write_world"]
