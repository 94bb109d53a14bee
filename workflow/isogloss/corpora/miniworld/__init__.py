"""The embedded mini-world: a seeded generator of multilingual text in which everything is known.

inventory.py, concepts.py (what there is)  ->  draw.py (draws what is said)  ->  meaning.py (what is said)
    ->  supply.py (sorts it by split, chooses the names)
    ->  en.py de.py es.py tr.py ru.py zh.py (say it; grammar.py is what they share)
    ->  inference.py paraphrase.py questions.py entities.py (labels that follow from the meaning)
    ->  world.py, sets.py, squad.py (write text, pairs, links, dictionaries and the labelled sets; noise.py makes it harder)
"""

from isogloss.corpora.miniworld.stream import LANGUAGES
from isogloss.corpora.miniworld.world import write_world

__all__ = ["LANGUAGES", "write_world"]
