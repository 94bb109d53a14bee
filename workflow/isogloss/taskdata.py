"""Stage: published task files -> cleaned, checked, counted task data, and every evaluation sentence as plain text.

sources --task.published--> files --read--> records --task.filters--> {split}/{lang}... + sentences.txt (for decontamination) + manifest
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .artifacts import atomic_directory, file_sha256, read_directory, write_text
from .corpora.transforms import NEEDS_LEXICON, Derived, Transform, has_step
from .corpora.transforms.records import carry
from .corpora.transforms.reorder import LEXICON_TASK, Lexicon, make_lexicon
from .derive import read_lexicon
from .errors import IsoglossError
from .languages import base_language
from .tasks import SPLITS, Published, Record, Task, get_task
from .tasks.kinds import KINDS
from .tasks.published import open_sources

BLOCK = 10  # neighbours, at most, that stay in one part of a set that is split: they share documents
HELD_OUT = 10  # one block in so many of a training set without a dev set

There = dict[str, dict[str, Published]]  # language -> split -> its files


class Part(NamedTuple):
    """One split to write: all of a published split, or the blocks of it whose number modulo `of` is in `blocks`."""

    lang: str
    split: str
    published: str
    blocks: tuple[int, ...] = (0,)
    of: int = 1


def make_taskdata(
    task: str,
    sources: Path | Sequence[Path],
    languages: Sequence[str],
    out: Path,
    licence: str = "",
    derived: Derived | None = None,
    tagged: Path | None = None,
) -> None:
    """Write the directory artifact `taskdata` (layout: `tasks/kinds/`) for the languages asked for.

    A task that is fine-tuned always includes its source language, with train and dev; a task without training leaves the source
    language out, for it is one side of every other language. Where there is only a dev set, it is test; in tasks that need both every
    second block of ten neighbours of it is test and the others are dev. Where there is a training set and no dev set, every tenth block
    of that is dev. A language without test data is left out and listed under `missing`.

    Manifest: task, languages (those with test data), splits {lang: published split used as test}, dev {lang: published split used as
    dev}, trained {split: languages} of train and translated, files {path: sha256}, n {split: {lang: kept}}, dropped {split: {lang:
    {reason: n}}}, noted {split: {lang: {remark: n}}} of what was kept, derived {lang: steps}, licence ("" if unknown).

    A derived language has the splits of its base, record by record. `derived` are the steps of those among `languages`; `tagged` is
    the udpos task data, which a step may ask for (udpos finds them in itself).

    Raises IsoglossError where no language asked for has files, and for files that are damaged (with file and line).
    """
    definition, derived = get_task(task), derived or {}
    sources = [sources] if isinstance(sources, Path) else list(sources)
    kind = KINDS[definition.kind]
    sentences: dict[str, None] = {}
    n: dict[str, dict[str, int]] = {}
    dropped: dict[str, dict[str, dict[str, int]]] = {}
    noted: dict[str, dict[str, dict[str, int]]] = {}
    files: dict[str, str] = {}
    used: dict[str, dict[str, str]] = {"dev": {}, "test": {}}
    derived = {lang: derived[lang] for lang in languages if lang in derived}
    with atomic_directory(out, "taskdata") as (directory, manifest), open_sources(sources, definition) as places:
        there = _there(definition, places)
        plan = _plan(definition, there, [lang for lang in languages if lang not in derived], str(sources[0]))
        transforms = _transforms(definition, there, derived, tagged)
        for part, kept, lost in _all_records(definition, there, plan, transforms, languages):
            lang, split = part.lang, part.split
            kind.check(definition, kept)
            kind.write(directory, lang, split, kept)
            if split in used:
                sentences.update(dict.fromkeys(" ".join(text.split()) for text in kind.sentences(lang, kept)))
                used[split][lang] = part.published
            n.setdefault(split, {})[lang] = len(kept)
            dropped.setdefault(split, {})[lang] = lost
            noted.setdefault(split, {})[lang] = {remark: sum(map(holds, kept)) for remark, holds in definition.noted}
            if lang not in derived:
                files.update((_within(path, places), file_sha256(path)) for path in there[lang][part.published].files)
        write_text(directory / "sentences.txt", "".join(f"{text}\n" for text in sentences if text))
        manifest.update(
            task=task,
            languages=list(used["test"]),
            missing=[lang for lang in languages if lang not in used["test"] and lang != definition.source_language],
            splits=used["test"],
            dev=used["dev"],
            trained={split: list(n[split]) for split in ("train", "translated") if split in n},
            files=files,
            n=n,
            dropped=dropped,
            noted=noted,
            derived=derived,
            licence=licence,
        )


def read_taskdata(task: str, taskdata: Path) -> dict[str, Any]:
    """The manifest of task data. Raises IsoglossError if it is absent, of another version or of another task."""
    manifest = read_directory(taskdata, "taskdata")
    if manifest["task"] != task:
        raise IsoglossError(str(taskdata), f"holds task {manifest['task']}", f"expected {task}", "Give the path of the right task data")
    return manifest


def _there(task: Task, places: Sequence[Path]) -> There:
    there: There = {}
    for (lang, split), published in task.published(places).items():
        there.setdefault(lang, {})[split] = published
    return there


def _plan(task: Task, there: There, languages: Sequence[str], where: str) -> list[Part]:
    """What is to be written, the source language first."""
    home, trained = task.source_language, KINDS[task.kind].trained
    if trained and "train" not in there.get(home, ()):
        raise IsoglossError(where, f"no train file of the source language {home}", f"there are {_listing(there)}", "Add it")
    chosen = ([home] if trained else []) + [lang for lang in dict.fromkeys(languages) if lang != home]
    plan = [part for lang in chosen for part in _parts(lang, there.get(lang, {}), KINDS[task.kind].needs_dev)]
    if not any(part.split == "test" for part in plan):
        named = ", ".join(languages) or "no languages"
        raise IsoglossError(where, f"has no test data of {named}", f"there are {_listing(there)}", "Name others in the config")
    return plan


def _parts(lang: str, splits: Mapping[str, Published], needs_dev: bool) -> list[Part]:
    """Which published splits of a language serve as what."""
    found = {split: Part(lang, split, split) for split in SPLITS if split in splits}
    if "dev" in found and "test" not in found and not needs_dev:
        return [Part(lang, "test", "dev")]
    if "dev" in found and "test" not in found:
        found["dev"], found["test"] = Part(lang, "dev", "dev", (0,), 2), Part(lang, "test", "dev", (1,), 2)
    if "train" in found and "dev" not in found:
        found["train"] = Part(lang, "train", "train", tuple(range(1, HELD_OUT)), HELD_OUT)
        found["dev"] = Part(lang, "dev", "train", (0,), HELD_OUT)
    return [found[split] for split in SPLITS if split in found]


def _listing(there: There) -> str:
    shown = (f"{lang} ({' '.join(split for split in SPLITS if split in splits)})" for lang, splits in there.items())
    return ", ".join(shown) or "no files of this task at all"


def _within(path: Path, places: Sequence[Path]) -> str:
    """The path of a file within its source directory."""
    return next((path.relative_to(place).as_posix() for place in places if path.is_relative_to(place)), path.name)


def _transforms(task: Task, there: There, derived: Derived, tagged: Path | None) -> dict[str, Transform]:
    """The transform of each derived language."""
    asking = sorted({base_language(lang) for lang, steps in derived.items() if has_step(steps, *NEEDS_LEXICON)})
    lexicons = {base: _lexicon(task, there, base, tagged) for base in asking}
    return {lang: Transform(steps, lexicons.get(base_language(lang))) for lang, steps in derived.items()}


def _lexicon(task: Task, there: There, lang: str, tagged: Path | None) -> Lexicon | None:
    if task.name == LEXICON_TASK:
        return make_lexicon((record["tokens"], record["tags"]) for record in _read(there[lang]["train"], lang, "train"))
    return None if tagged is None else read_lexicon(tagged, lang)


def _all_records(
    task: Task, there: There, plan: Sequence[Part], transforms: Mapping[str, Transform], languages: Sequence[str]
) -> Iterator[tuple[Part, list[Record], dict[str, int]]]:
    """(part, kept records, {reason: dropped}), the languages derived from one right after it.

    What the dev set of the source language was given of its training set is taken out of the translations of that, too.
    """
    held: set[str] = set()
    for part in plan:
        kept, lost = _convert(task, there[part.lang][part.published], part, languages)
        if part.split == "dev" and part.published == "train" and part.lang == task.source_language:
            held = {record["id"] for record in kept}
        if part.split == "translated" and (taken := [record for record in kept if record["id"] in held]):
            kept, lost = [record for record in kept if record["id"] not in held], lost | {"translation of dev": len(taken)}
        yield part, kept, lost
        for name, transform in transforms.items():
            if base_language(name) == part.lang:
                own = [record for record in kept if record.get("question_lang", part.lang) == part.lang]
                carried, broken = carry(task.kind, own, transform, part.lang)
                spoken = [{**record, "question_lang": name} if "question_lang" in record else record for record in carried]
                yield part._replace(lang=name), spoken, lost | broken


def _convert(task: Task, published: Published, part: Part, languages: Sequence[str]) -> tuple[list[Record], dict[str, int]]:
    """(kept records, {reason: dropped})."""
    kept: list[Record] = []
    lost: Counter[str] = Counter()
    for record in _of_part(task, list(_read(published, part.lang, part.published)), part):
        reason = next((reason for reason, keep in task.filters if not keep(record)), None)
        if record.get("question_lang", part.lang) not in {part.lang, *languages}:
            reason = "question in another language"
        if reason is None:
            kept.append(record)
        else:
            lost[reason] += 1
    if not kept:
        remedy = "Restore the file, or take the language off this task"
        raise IsoglossError(str(published.files[0]), f"has no usable sentence for {part.split} (dropped: {dict(lost)})", "", remedy)
    return kept, dict(lost)


def _read(published: Published, lang: str, split: str) -> Iterator[Record]:
    return published.read(published.files, lang, split)


def _of_part(task: Task, records: Sequence[Record], part: Part) -> Iterator[Record]:
    """The records of the part. Those of one unit (a text and all that is asked about it) stay together; None belongs to every part."""
    if part.of == 1:
        yield from records
        return
    units = [KINDS[task.kind].unit(record, number) for number, record in enumerate(records)]
    places = {unit: place for place, unit in enumerate(unit for unit in dict.fromkeys(units) if unit is not None)}
    block = min(BLOCK, max(1, len(places) // part.of))  # of a small set too something is left for each part
    for unit, record in zip(units, records, strict=True):
        if unit is None or places[unit] // block % part.of in part.blocks:
            yield record
