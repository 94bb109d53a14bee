"""What rules/align.smk asks: alignments, links, dictionaries, samples."""

from collections.abc import Mapping
from typing import Any

from ..dictionaries import HELD_OUT, TRAIN
from ..languages import base_language, with_pivot
from ..schema import (
    DictionaryLinks,
    Encoding,
    InducedDictionary,
    Learnt,
    PanLex,
    PharaohLinks,
    PivotLanguage,
    ResymmetrisedLinks,
    WordLists,
    as_list,
)
from .base import ALIGNMENT, RESULTS
from .corpora import Corpora


class Align(Corpora):
    """Words that translate each other.

    Attributes:
        share: how many the resource `gpu` counts for one GPU; set by who starts jobs on it, and 1 for who asks a cluster for GPUs.
    """

    share = 1

    def links_inputs(self, wildcards) -> list[str]:
        sources = self._link_sources(wildcards)
        given = [{"paths": [source[key]]} for source in sources for key in ("links", "tokens") if source[key]]
        return self._inputs([*(source["corpus"] for source in sources), *given])

    def links_dictionary(self, wildcards) -> list[str]:
        source = self.experiment.aligners[wildcards.aligner]
        return [f"{RESULTS}/dictionaries/{source.dictionary}/{wildcards.pair}.parquet"] if isinstance(source, DictionaryLinks) else []

    def links_alignments(self, wildcards) -> list[str]:
        """What an aligner found in the bitext, of one that does."""
        source = self.experiment.aligners[wildcards.aligner]
        return (
            [f"{RESULTS}/alignments/{self._aligned_by(wildcards.aligner)}/{wildcards.pair}.parquet"] if isinstance(source, Learnt) else []
        )

    def links_spec(self, wildcards) -> str:
        source = self.experiment.aligners[wildcards.aligner]
        if isinstance(source, Learnt):
            return self._json("links", symmetrise=source.symmetrise, threshold=source.threshold)
        if isinstance(source, DictionaryLinks):
            return self._json("links", aligner=source.aligner, once=source.once)
        return self._json("links", aligner=source.aligner, sources=self._link_sources(wildcards))

    def align_spec(self, wildcards) -> str:
        source = self.experiment.aligners[wildcards.aligner]
        options = source.model_dump(exclude={"aligner", *Learnt.model_fields, *(("model",) if isinstance(source, Encoding) else ())})
        return self._json("alignments", aligner=source.aligner, options=options)

    def align_model(self, wildcards) -> list[str]:
        """The encoder that an aligner reads, where it is a path."""
        model = self.align_model_name(wildcards)
        return [model] if model.startswith(f"{RESULTS}/") or (model and (self.home / model).is_dir()) else []

    def align_model_name(self, wildcards) -> str:
        """A model of this experiment, a directory, a name on the hub, or "" for an aligner without one."""
        source = self.experiment.aligners[wildcards.aligner]
        model = source.model if isinstance(source, Encoding) else ""
        return f"{RESULTS}/models/{model}/{self.experiment.seeds[0]}" if model in self.experiment.recipes else model

    def align_gpus(self, wildcards) -> int:
        """Shares of GPUs: a whole one, or none for programs, which compute on the CPU."""
        return self.share * int(self.experiment.aligners[wildcards.aligner].aligner in ("hmm", "simalign", "encoder"))

    def test_bitext(self, wildcards) -> list[str]:
        """The bitext that an aligner without a model learns beside the test sentences."""
        source = self.experiment.aligners[wildcards.aligner]
        pair = "-".join(with_pivot(wildcards.lang))
        return [] if isinstance(source, Encoding) else [f"{RESULTS}/bitext/{pair}.parquet"]

    def test_alignments(self, wildcards) -> list[str]:
        return [f"{RESULTS}/alignments/{self._aligned_by(wildcards.aligner)}/test/{lang}.parquet" for lang in self._aligned_languages()]

    def test_predictions_spec(self, wildcards) -> str:
        source: Any = self.experiment.aligners[wildcards.aligner]
        rule = {"symmetrise": source.symmetrise, "threshold": source.threshold}
        return self._json("predictions", aligner=wildcards.aligner, seed=int(wildcards.seed), **rule)

    def _aligned_by(self, aligner: str) -> str:
        """The aligner whose candidates are made links: itself, or the one that it names."""
        source = self.experiment.aligners[aligner]
        return self._aligned_by(source.of) if isinstance(source, ResymmetrisedLinks) else aligner

    def _aligned_languages(self) -> list[str]:
        """Languages of the task `alignment` that have a bitext of their own with English."""
        asked = self._asked_languages(ALIGNMENT) or self.experiment.set_languages(ALIGNMENT)
        return [lang for lang in asked if "-".join(with_pivot(lang)) in self.experiment.base_pairs()]

    def derived_links_inputs(self, wildcards) -> list[str]:
        """The links of the two bases; none where both languages have the same one."""
        bases = [base_language(lang) for lang in wildcards.pair.split("-")]
        return [] if bases[0] == bases[1] else [f"{RESULTS}/links/{wildcards.aligner}/{'-'.join(bases)}.parquet"]

    def derived_links_spec(self, wildcards) -> str:
        return self._json("links", **self._derived(wildcards.pair.split("-")))

    def dictionary_inputs(self, wildcards) -> list[str]:
        return self._inputs([{"paths": [file["path"]]} for file in self._word_lists(wildcards)])

    def dictionary_bitext(self, wildcards) -> list[str]:
        """Of a dictionary that is induced from links."""
        return [f"{RESULTS}/bitext/{wildcards.pair}.parquet"] if self._induced(wildcards) else []

    def dictionary_links(self, wildcards) -> list[str]:
        source = self._induced(wildcards)
        return [f"{RESULTS}/links/{source.aligner}/{wildcards.pair}.parquet"] if source else []

    def dictionary_spec(self, wildcards) -> str:
        if source := self._induced(wildcards):
            return self._json("dictionary", **source.model_dump(exclude={"format", "aligner"}))
        return self._json("dictionary", files=self._word_lists(wildcards))

    def samples_spec(self, wildcards) -> str:
        source = self.experiment.aligners[wildcards.aligner]
        once = isinstance(source, DictionaryLinks) and source.once
        return self._json("samples", aligner=source.aligner, once=once, max_length=self.experiment.encoder.max_length)

    def _induced(self, wildcards) -> InducedDictionary | None:
        source = self.experiment.dictionaries[wildcards.dictionary]
        return source if isinstance(source, InducedDictionary) else None

    def derived_dictionary_inputs(self, wildcards) -> str:
        """Mono text of the base that both languages have, else the dictionary of the two bases."""
        bases = [base_language(lang) for lang in wildcards.pair.split("-")]
        if bases[0] == bases[1]:
            return f"{RESULTS}/mono/{bases[0]}.parquet"
        return f"{RESULTS}/dictionaries/{wildcards.dictionary}/{'-'.join(bases)}.parquet"

    def derived_dictionary_spec(self, wildcards) -> str:
        return self._json("dictionary", **self._derived(wildcards.pair.split("-")))

    def _link_sources(self, wildcards) -> list[dict[str, Any]]:
        """Corpora with the files of their links, and of the tokens that these count."""
        source, pair = self.experiment.aligners[wildcards.aligner], wildcards.pair
        if isinstance(source, DictionaryLinks | Learnt):
            return []
        if not isinstance(source, PharaohLinks):
            return [self._gold_links(name, pair) for name in self.worlds]
        corpus = self._local_reading(source.corpus)
        return [
            self._link_source(
                corpus, key, self._local(source.links[key]), self._local(source.tokens[key]) if key in source.tokens else None
            )
            for key in _directions(pair, source.links)
        ]

    def _gold_links(self, world: str, pair: str) -> dict[str, Any]:
        raw = f"{RESULTS}/raw/{world}"
        return self._link_source(self._world_pair(world, pair), pair, f"{raw}/links/{pair}.txt", f"{raw}/bitext/{pair}.tokens.tsv")

    @staticmethod
    def _link_source(corpus: Mapping[str, Any], pair: str, links: str, tokens: str | None) -> dict[str, Any]:
        whole = {key: value for key, value in corpus.items() if key != "limit"}  # the files are as long as the whole corpus
        return {"corpus": whole, "languages": pair.split("-"), "links": links, "tokens": tokens}

    def _word_lists(self, wildcards) -> list[dict[str, Any]]:
        """Files with the languages of their columns, and the split that they are; None: to be made."""
        source, pair = self.experiment.dictionaries[wildcards.dictionary], wildcards.pair
        if isinstance(source, InducedDictionary):
            return []
        if isinstance(source, PanLex):
            return [{**_word_list(self._local(source.path), pair.split("-"), None), "format": "panlex"}]
        if not isinstance(source, WordLists):
            english_first = sorted(pair.split("-"), key=lambda lang: lang != PivotLanguage)
            stems = [f"{RESULTS}/raw/{name}/dictionaries/{'-'.join(english_first)}" for name in self.worlds]
            splits = {"train": TRAIN, "test": HELD_OUT}
            return [_word_list(f"{stem}.{name}.tsv", english_first, split) for stem in stems for name, split in splits.items()]
        train = TRAIN if _directions(pair, source.held_out) else None
        return [
            _word_list(self._local(file), key.split("-"), split)
            for files, split in ((source.files, train), (source.held_out, HELD_OUT))
            for key in _directions(pair, files)
            for file in as_list(files[key])
        ]


def _directions(pair: str, files: Mapping[str, Any]) -> list[str]:
    """The keys, in either direction, under which there are files for a pair."""
    return [key for key in files if sorted(key.split("-")) == pair.split("-")]


def _word_list(path: str, languages: list[str], split: str | None) -> dict[str, Any]:
    return {"path": path, "languages": languages, "split": split}
