"""What rules/corpora.smk asks: worlds, downloads, evaluation sets, text."""

import dataclasses
from typing import Any

from ..corpora.transforms.reorder import LEXICON_TASK
from ..languages import base_language
from ..schema import LocalCorpus, World, as_list
from ..tasks import get_task
from .base import RESULTS, Base


class Corpora(Base):
    """Raw data, task data, mono and bitext."""

    def world_spec(self, wildcards) -> str:
        corpus = self.experiment.corpora[wildcards.corpus]
        return self._json("raw", languages=self.experiment.base_languages, **corpus.model_dump(exclude={"format"}))

    def download_spec(self, wildcards) -> str:
        return self._json("raw", row=dataclasses.asdict(self.table[wildcards.corpus]))

    def taskdata_source(self, wildcards) -> list[str]:
        """The directories with the files of an evaluation set; a mini-world has several, as a download of XTREME has."""
        found = []
        for place in self.experiment.places(wildcards.task):
            inside = get_task(wildcards.task).directories if place in self.worlds else ("",)
            found += [f"{self._place(place)}/tasks/{name}" if name else self._place(place) for name in inside]
        return found

    def taskdata_inputs(self, wildcards) -> list[str]:
        return [self._place(place) for place in self.experiment.places(wildcards.task)]

    def _place(self, place: str) -> str:
        return f"{RESULTS}/raw/{place}" if place in (*self.worlds, *self.downloads) else self._local(place)

    def taskdata_spec(self, wildcards) -> str:
        languages = self.experiment.set_languages(wildcards.task)
        return self._json("taskdata", languages=languages, **self._derived(languages))

    def taskdata_tagged(self, wildcards) -> list[str]:
        """The tagged sentences that the steps of its derived languages ask for; udpos finds them in itself."""
        return [] if wildcards.task == LEXICON_TASK else self._tagged(self.experiment.set_languages(wildcards.task))

    def mono_inputs(self, wildcards) -> list[str]:
        return self._inputs(self._mono_corpora(wildcards.lang))

    def bitext_inputs(self, wildcards) -> list[str]:
        return self._inputs(self._bitext_corpora(wildcards.pair))

    def mono_spec(self, wildcards) -> str:
        return self._json("mono", corpora=self._mono_corpora(wildcards.lang), clean=self.experiment.clean.model_dump())

    def bitext_spec(self, wildcards) -> str:
        return self._json("bitext", corpora=self._bitext_corpora(wildcards.pair), clean=self.experiment.clean.model_dump())

    def evaluation_inputs(self, wildcards) -> list[str]:
        """Every evaluation set of the experiment, used by a task or not: text that stands in one is not trained on."""
        return [f"{RESULTS}/taskdata/{task}" for task in sorted(self.experiment.evaluation)]

    def derived_mono_inputs(self, wildcards) -> str:
        return f"{RESULTS}/mono/{base_language(wildcards.lang)}.parquet"

    def derived_bitext_inputs(self, wildcards) -> str:
        """Mono text of the base that both languages have, else the bitext of the two bases."""
        bases = [base_language(lang) for lang in wildcards.pair.split("-")]
        return f"{RESULTS}/mono/{bases[0]}.parquet" if bases[0] == bases[1] else f"{RESULTS}/bitext/{'-'.join(bases)}.parquet"

    def derived_mono_tagged(self, wildcards) -> list[str]:
        return self._tagged([wildcards.lang])

    def derived_bitext_tagged(self, wildcards) -> list[str]:
        return self._tagged(wildcards.pair.split("-"))

    def derived_mono_spec(self, wildcards) -> str:
        return self._json("mono", **self._derived([wildcards.lang]))

    def derived_bitext_spec(self, wildcards) -> str:
        return self._json("bitext", **self._derived(wildcards.pair.split("-")))

    def _mono_corpora(self, lang: str) -> list[dict[str, Any]]:
        found = []
        for name, corpus in self.experiment.corpora.items():
            if isinstance(corpus, World):
                found.append(_reading(name, "lines", [lang], [f"{RESULTS}/raw/{name}/mono/{lang}.txt"]))
                found += [self._world_pair(name, pair) for pair in self.experiment.base_pairs() if lang in pair.split("-")]
            else:
                found += self._reading_of(name, corpus, "mono", [lang])
        return found

    def _bitext_corpora(self, pair: str) -> list[dict[str, Any]]:
        found = []
        for name, corpus in self.experiment.corpora.items():
            found += (
                [self._world_pair(name, pair)] if isinstance(corpus, World) else self._reading_of(name, corpus, "bitext", pair.split("-"))
            )
        return found

    def _world_pair(self, name: str, pair: str) -> dict[str, Any]:
        return _reading(f"{name}/{pair}", "tsv", pair.split("-"), [f"{RESULTS}/raw/{name}/bitext/{pair}.tsv"])

    def _reading_of(self, name: str, corpus: Any, use: str, languages: list[str]) -> list[dict[str, Any]]:
        if isinstance(corpus, LocalCorpus):
            reading = self._local_reading(name)
        else:
            row = self.table[name]
            reading = _reading(name, row.format, list(row.languages), [f"{RESULTS}/raw/{name}"], corpus.limit)
        return [reading] if use in corpus.use and set(languages) <= set(reading["languages"]) else []

    def _local_reading(self, name: str) -> dict[str, Any]:
        corpus: Any = self.experiment.corpora[name]
        return _reading(name, corpus.format, corpus.languages, [self._local(file) for file in as_list(corpus.path)], corpus.limit)


def _reading(name: str, form: str, languages: list[str], paths: list[str], limit: int | None = None) -> dict[str, Any]:
    """How the text stages are told to read a corpus."""
    return {"id": name, "format": form, "languages": list(languages), "paths": paths, "limit": limit}
