"""Sentences sorted by split, with names of that split: one stream serves all splits of a set, so that little is drawn in vain."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from isogloss.corpora.miniworld.concepts import OPEN, Concept
from isogloss.corpora.miniworld.draw import Random, Tables, World
from isogloss.corpora.miniworld.meaning import Sentence, Thing, split_of

SPLITS = ("test", "dev", "train")
Suits = Callable[[Sentence], bool]


def anything(meaning: Sentence) -> bool:
    return True


class Supply:
    """An endless stream of the sentences that suit a set; those of another split than the one asked for wait until theirs is.

    Args:
        splits: those that will be asked for; no sentence of another is kept.
        suits: what the set can use; names are still open when it is asked.
    """

    def __init__(self, random: Random, tables: Tables, splits: Sequence[str] = SPLITS, suits: Suits = anything) -> None:
        self.world, self.suits = World(random, tables), suits
        self.waiting: dict[str, deque[Sentence]] = {split: deque() for split in splits}

    def next(self, split: str) -> Sentence:
        queue = self.waiting[split]
        while not queue:
            sentence = self.world.sentence()
            if self.suits(sentence):
                concepts, named = sentence.gathered()
                found = split_of(concepts)
                if found in self.waiting and give_names(named, found, self.world):
                    self.waiting[found].append(sentence)
        return queue.popleft()


class Meanings(World):
    """An endless stream of sentences of one split, and draws of what is added to them.

    Args:
        random: of what is added.
        supply: of the sentences, perhaps shared with other splits; by default one of its own.
    """

    def __init__(self, random: Random, split: str, tables: Tables | None = None, supply: Supply | None = None) -> None:
        super().__init__(random, tables or Tables())
        self.split, self.supply = split, supply or Supply(random, self.tables, (split,))

    def __iter__(self) -> Iterator[Sentence]:
        while True:
            yield self.supply.next(self.split)

    def accepts(self, sentence: Sentence) -> bool:
        """Is a sentence of this split? Then its open names are given."""
        concepts, named = sentence.gathered()
        return split_of(concepts) == self.split and give_names(named, self.split, self)


def give_names(named: Sequence[Thing], split: str, world: World) -> bool:
    """Choose the open names of a sentence, all different; False if the split has too few. A pronoun gets the name that it stands for."""
    chosen = {name.id: name for thing in named for name in (thing.concept, thing.family) if name and name.split != OPEN}

    def choice(name: Concept) -> Concept | None:
        """The name for one that may be open."""
        if name.id not in chosen:
            table = world.tables.names(name.kind, name.sex, split)
            found = table.draw(world.random)
            if found.id in chosen:
                free = [one for one in table.items if one.id not in chosen]
                if not free:
                    return None
                found = free[world.random.below(len(free))]
            chosen[name.id] = chosen[found.id] = found
        return chosen[name.id]

    for thing in named:
        concept, family = choice(thing.concept), thing.family and choice(thing.family)
        if concept is None or (thing.family and family is None):
            return False
        thing.concept, thing.family = concept, family
    return True
