"""Stage: published task files -> cleaned, checked, counted task data, and every evaluation sentence as plain text.

source/ --task.convert--> records --task.filters--> {split}/{lang}... + sentences.txt (for decontamination) + manifest
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .artifacts import atomic_directory, file_sha256, read_directory, write_text
from .corpora.transforms import NEEDS_LEXICON, Derived, Transform, has_step
from .corpora.transforms.records import carry
from .corpora.transforms.reorder import LEXICON_TASK, Lexicon, make_lexicon
from .derive import read_lexicon
from .errors import IsoglossError
from .languages import base_language
from .tasks import SPLITS, Record, Task, get_task
from .tasks.kinds import KINDS


def make_taskdata(
    task: str,
    source: Path,
    languages: Sequence[str],
    out: Path,
    licence: str = "",
    derived: Derived | None = None,
    tagged: Path | None = None,
) -> None:
    """Write the directory artifact `taskdata` (layout: `tasks/kinds/`) for the languages asked for.

    A task that is fine-tuned always includes its source language, with train, dev and test; a task without training leaves the
    source language out, for it is one side of every other language. A language without test data is tested on its dev data,
    and the manifest says so under `splits`; one without either is left out and listed under `missing`. Manifest: task, languages,
    splits {lang: published split used as test}, files {name: sha256}, n {split: {lang: kept}}, dropped {split: {lang: {reason: n}}},
    noted {split: {lang: {remark: n}}} of what was kept, derived {lang: steps}, licence ("" if unknown).

    A derived language has the splits of its base, record by record. `derived` are the steps of those among `languages`; `tagged` is
    the udpos task data, which a step may ask for (udpos finds them in itself).

    Raises IsoglossError where no language asked for has files, and for files that are damaged (with file and line).
    """
    definition, source, derived = get_task(task), Path(source), derived or {}
    plan = _plan(definition, source, [lang for lang in languages if lang not in derived])
    derived = {lang: derived[lang] for lang in languages if lang in derived}
    transforms = _transforms(definition, source, derived, tagged)
    kind = KINDS[definition.kind]
    sentences: dict[str, None] = {}
    n: dict[str, dict[str, int]] = {}
    dropped: dict[str, dict[str, dict[str, int]]] = {}
    noted: dict[str, dict[str, dict[str, int]]] = {}
    files: dict[str, str] = {}
    splits: dict[str, str] = {}
    with atomic_directory(out, "taskdata") as (directory, manifest):
        for lang, split, published, kept, lost in _all_records(definition, source, plan, transforms):
            kind.check(definition, kept)
            kind.write(directory, lang, split, kept)
            if split != "train":
                sentences.update(dict.fromkeys(" ".join(text.split()) for text in kind.sentences(lang, kept)))
            n.setdefault(split, {})[lang] = len(kept)
            dropped.setdefault(split, {})[lang] = lost
            noted.setdefault(split, {})[lang] = {remark: sum(map(holds, kept)) for remark, holds in definition.noted}
            splits.update({lang: published} if split == "test" else {})
            if lang not in derived:
                files.update((path.name, file_sha256(path)) for path in definition.source_files(source, lang, published))
        write_text(directory / "sentences.txt", "".join(f"{text}\n" for text in sentences))
        missing = [lang for lang in languages if lang not in splits and lang != definition.source_language]
        manifest.update(
            task=task,
            languages=list(splits),
            missing=missing,
            splits=splits,
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


def available(task: Task, source: Path) -> dict[str, set[str]]:
    """{language: the splits whose files are all in the source directory}."""
    source = Path(source)
    if not source.is_dir():
        allowed = f"expected the files of task {task.name}"
        raise IsoglossError(str(source), "there is no directory here", allowed, "Correct the path in the config")
    if task.find:
        found = task.find(source)
        return {lang: {split for code, split in found if code == lang} for lang in sorted({lang for lang, _ in found})}
    pattern = re.escape(task.files[0]).replace(r"\{split\}", f"({'|'.join(SPLITS)})")
    pattern = pattern.replace(r"\{code\}", "(?P<code>.+)", 1).replace(r"\{code\}", "(?P=code)")
    codes = {match["code"] for path in source.iterdir() if (match := re.fullmatch(pattern, path.name))}
    languages = {code: lang for lang, code in task.codes.items()}
    there: dict[str, set[str]] = {}
    for lang in sorted(languages.get(code, code) for code in codes):
        splits = {split for split in task.splits if all(path.is_file() for path in task.source_files(source, lang, split))}
        if splits:
            there[lang] = splits
    return there


def _plan(task: Task, source: Path, languages: Sequence[str]) -> list[tuple[str, str, str]]:
    """[(language, split to write, published split to read)], source language first."""
    there, needed = available(task, source), KINDS[task.kind].source_splits
    home = task.source_language
    for split in needed:
        if split not in there.get(home, ()):
            given = f"no {split} file of the source language {home}"
            raise IsoglossError(str(source), given, f"there are {_listing(there)}", f"Add {task.source_files(source, home, split)[0].name}")
    plan = [(home, split, split) for split in needed]
    for lang in dict.fromkeys(languages):
        if lang != home:
            plan += _evaluation_splits(lang, there)
    if not any(split == "test" for _, split, _ in plan):
        raise IsoglossError(
            str(source),
            f"has none of {', '.join(languages) or 'no languages'}",
            f"there are {_listing(there)}",
            "Name others in the config",
        )
    return plan


def _evaluation_splits(lang: str, there: dict[str, set[str]]) -> list[tuple[str, str, str]]:
    splits = there.get(lang, set())
    if "test" in splits:
        return [(lang, split, split) for split in ("dev", "test") if split in splits]
    return [(lang, "test", "dev")] if "dev" in splits else []  # never both: dev is for selection


def _listing(there: dict[str, set[str]]) -> str:
    shown = (f"{lang} ({' '.join(split for split in SPLITS if split in splits)})" for lang, splits in there.items())
    return ", ".join(shown) or "no files of this task at all"


def _transforms(task: Task, source: Path, derived: Derived, tagged: Path | None) -> dict[str, Transform]:
    """The transform of each derived language."""
    asking = sorted({base_language(lang) for lang, steps in derived.items() if has_step(steps, *NEEDS_LEXICON)})
    lexicons = {base: _lexicon(task, source, base, tagged) for base in asking}
    return {lang: Transform(steps, lexicons.get(base_language(lang))) for lang, steps in derived.items()}


def _lexicon(task: Task, source: Path, lang: str, tagged: Path | None) -> Lexicon | None:
    if task.name == LEXICON_TASK:
        return make_lexicon((record["tokens"], record["tags"]) for record in _convert(task, source, lang, "train")[0])
    return None if tagged is None else read_lexicon(tagged, lang)


def _all_records(
    task: Task, source: Path, plan: Sequence[tuple[str, str, str]], transforms: Mapping[str, Transform]
) -> Iterator[tuple[str, str, str, list[Record], dict[str, int]]]:
    """(language, split, published split, kept records, {reason: dropped}), the languages derived from one right after it."""
    for lang, split, published in plan:
        kept, lost = _convert(task, source, lang, published)
        yield lang, split, published, kept, lost
        for name, transform in transforms.items():
            if base_language(name) == lang:
                carried, broken = carry(task.kind, kept, transform, lang)
                yield name, split, published, carried, lost | broken


def _convert(task: Task, source: Path, lang: str, split: str) -> tuple[list[Record], dict[str, int]]:
    """(kept records, {reason: dropped})."""
    kept: list[Record] = []
    lost: Counter[str] = Counter()
    for record in task.convert(source, lang, split):
        reason = next((reason for reason, keep in task.filters if not keep(record)), None)
        if reason is None:
            kept.append(record)
        else:
            lost[reason] += 1
    if not kept:
        where = str(task.source_files(source, lang, split)[0])
        remedy = "Restore the file, or take the language off this task"
        raise IsoglossError(where, f"has no usable sentence (dropped: {dict(lost)})", "", remedy)
    return kept, dict(lost)
