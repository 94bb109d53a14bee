"""The concepts of the mini-world, in no language: what they are, which topics they belong to, what they go with.

The rows stand in `inventory.py`. A new concept is a row there and one in each language.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from isogloss.corpora.miniworld import inventory
from isogloss.corpora.miniworld.names import INVENTED

OPEN = "open"  # in place of the split of a name that is not chosen yet


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """One row of the inventory, or one name (then `split` says in which split it may occur); one object each."""

    id: str
    kind: str
    topics: tuple[str, ...] = ()
    sex: str = ""  # f or m, for persons
    mass: bool = False
    frame: str = ""
    agents: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    split: str = ""

    @property
    def noun(self) -> bool:
        return self.kind not in ("verb", "adj", "time", "manner", "number", "quantifier")

    @property
    def animate(self) -> bool:
        return self.kind in ("person", "animal", "name.person")

    def fits(self, noun: "Concept") -> bool:
        """May this adjective describe the noun?"""
        return (noun.kind in self.objects or noun.id in self.objects) and f"-{noun.id}" not in self.objects


TOPICS = ("home", "kitchen", "school", "travel", "market", "office", "hospital", "nature", "law", "music", "sport", "farm")

# Persons of whom one may say "my": his sister, but not "his referee".
RELATIVES = frozenset("mother father grandmother grandfather son daughter brother sister wife husband friend neighbour child".split())

# What may have a proper name made of its kind and a city: the University of Berlin.
INSTITUTIONS = ("university", "museum", "theatre", "hospital", "library", "bank")


def read_concept(row: str) -> Concept:
    """One line of `inventory.CONCEPTS`."""
    name, kind, topics, details = row.split("|")
    kind, _, mark = kind.partition(".")
    lists = {key: tuple(value.split(",")) for key, value in (detail.split("=") for detail in details.split())}
    return Concept(
        id=name,
        kind=kind,
        topics=tuple(topics.split(",")) if topics else (),
        sex=mark if kind == "person" else "",
        mass=mark == "mass",
        frame=mark if kind in ("verb", "adj", "time") else "",
        **lists,
    )


def read_name(row: str) -> Concept:
    """One line of `inventory.NAMES`: `id|name.kind[.sex]|split`."""
    name, kind, split = row.split("|")
    kinds = kind.split(".")
    return Concept(id=name, kind=".".join(kinds[:2]), sex="".join(kinds[2:]), split=split)


def read_hypernyms(table: str) -> dict[str, str]:
    """`animal_h: dog cat` -> {dog: animal_h, cat: animal_h}."""
    rows = (line.split(":") for line in table.strip().splitlines())
    return {narrower: broader for broader, members in rows for narrower in members.split()}


def read_opposites(table: str) -> dict[str, str]:
    """`hot cold` -> {hot: cold, cold: hot}."""
    rows = (line.split() for line in table.strip().splitlines())
    return {word: other for a, b in rows for word, other in ((a, b), (b, a))}


CONCEPTS = {concept.id: concept for concept in map(read_concept, inventory.CONCEPTS.strip().splitlines())}
NAMES = {name.id: name for name in map(read_name, [*inventory.NAMES.strip().splitlines(), *(name.row for name in INVENTED)])}
HYPERNYM = read_hypernyms(inventory.HYPERNYMS)
OPPOSITE = read_opposites(inventory.OPPOSITES)


def broader(concept: str) -> Iterator[str]:
    """What a concept is a kind of, the nearest first: oak -> tree, plant_h."""
    while concept in HYPERNYM:
        concept = HYPERNYM[concept]
        yield concept
