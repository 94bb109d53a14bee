"""Invented names: syllables with an ending that tells persons, families, cities and organisations apart, in three scripts.

The names of the inventory are few, and those of the test split are never seen in training. Invented ones make the task of finding
names learnable as real ones do: a new name is built of known parts (Kalisen, Morastad), and its ending says what it is.
"""

from typing import NamedTuple

SYLLABLES = """
ka ка 卡 | li ли 利 | mo мо 莫 | ra ра 拉 | ne не 内 | to то 托 | sa са 萨 | vi ви 维 | do до 多 | be бе 贝 | lu лу 卢 | ma ма 马
no но 诺 | ri ри 里 | da да 达 | pe пе 佩 | ta та 塔 | ro ро 罗 | mi ми 米 | na на 纳 | ko ко 科 | le ле 莱 | ga га 加 | bo бо 博
"""
ENDINGS = {
    "name.person.f": "lina лина 莉娜 | nela нела 内拉 | rika рика 丽卡",
    "name.person.m": "dor дор 多尔 | mir мир 米尔 | lan лан 兰",
    "name.family": "sen сен 森 | man ман 曼 | dez дес 德斯 | vic вич 维奇",
    "name.city": "burg бург 堡 | grad град 格勒 | stad стад 斯塔德 | ton тон 顿",
    "name.org": "tek тек 泰克 | soft софт 索夫特 | corp корп 科普 | lux люкс 勒克斯",
}
REAL = ("riga", "lera")  # beginnings that are names of the inventory in some script
SPLITS = (("train", 36), ("dev", 8), ("test", 10))  # names of each kind; dev and test have no name of train


class Name(NamedTuple):
    """A name in Latin, Cyrillic and Chinese characters."""

    id: str
    cyrillic: str
    chinese: str
    kind: str
    split: str

    @property
    def row(self) -> str:
        """As the inventory writes it."""
        return f"{self.id}|{self.kind}|{self.split}"


def _parts(text: str) -> list[tuple[str, str, str]]:
    """`ka ка 卡 | li ли 利` -> triples."""
    found = [tuple(part.split()) for part in text.replace("\n", " | ").split("|") if part.strip()]
    return found  # type: ignore[return-value]


def invented_names() -> list[Name]:
    """Names of every kind for every split; no two are alike, and no two begin with the same two syllables."""
    syllables = _parts(SYLLABLES)
    pairs = [(first, syllables[(k + shift + 1) % len(syllables)]) for shift in range(len(syllables)) for k, first in enumerate(syllables)]
    beginnings = iter(pair for pair in pairs if pair[0][0] + pair[1][0] not in REAL)
    names = []
    for kind, endings in ENDINGS.items():
        ends = _parts(endings)
        for split, wanted in SPLITS:
            for k in range(wanted):
                latin, cyrillic, chinese = ("".join(part) for part in zip(*next(beginnings), ends[k % len(ends)], strict=True))
                names.append(Name(latin.capitalize(), cyrillic.capitalize(), chinese, kind, split))
    return names


INVENTED = invented_names()
