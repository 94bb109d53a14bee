"""The whole of config.yaml, and what follows from its sections together."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from ..corpora.transforms import has_step
from ..languages import base_language
from ..objectives import OBJECTIVES
from ..presets import preset_for
from ..tasks import get_task
from .corpora import Clean, Corpus, Derivation, World
from .evaluation import Finetune, Retrieval, SettingOptions, TaskOptions
from .models import Checkpoints, Encoder, Hardware, Pretrain, Recipe, SentencePiece, Tracking, Vocab
from .section import Language, Name, Pair, PivotLanguage, Section, as_list, overlaid
from .words import Aligner, DictionaryLinks, DictionarySource, InducedDictionary, Learnt, PanLex, PharaohLinks, WordLists


class Experiment(Section):
    """A whole config.yaml."""

    name: Name = "experiment"
    languages: list[Language] = Field(min_length=1)
    pairs: list[Pair] | None = Field(default=None, description="default: every language with English")
    derived: dict[Language, Derivation] = Field(default={}, description="languages made from others, e.g. {en_x: [invert, script]}")
    seeds: list[Annotated[int, Field(ge=0, lt=2**63)]] = Field(default=[0], min_length=1)
    data_dir: str = Field(default=".", description="where relative paths of corpora and evaluation sets start")
    corpora: dict[Name, Corpus] = Field(min_length=1)
    clean: Clean = Clean()
    evaluation: dict[str, str | list[str]] = Field(
        default={},
        description="evaluation set: a mini-world above, a row of corpora.tsv, or a directory under data_dir; or a list of these",
    )
    aligners: dict[Name, Aligner] = Field(default={}, description="where word links come from")
    dictionaries: dict[Name, DictionarySource] = Field(default={}, description="where translations of words come from")
    vocabs: dict[Name, Vocab] = {"spm": SentencePiece()}
    encoder: Encoder = Encoder()
    pretrain: Pretrain = Pretrain()
    checkpoints: Checkpoints = Checkpoints()
    tracking: Tracking = Tracking()
    hardware: Hardware = Hardware()
    recipes: dict[Name, Recipe] = Field(min_length=1)
    finetune: Finetune = Finetune()
    retrieval: Retrieval = Retrieval()
    tasks: dict[str, TaskOptions] = {}

    def encoder_of(self, recipe: str) -> Encoder:
        """The encoder of a recipe: that of the recipe it starts from, or the defaults, with its own diff laid over."""
        chosen = self.recipes[recipe]
        base = self.encoder_of(chosen.init) if chosen.init in self.recipes else self.encoder
        return overlaid(base, chosen.encoder)

    def pretrain_of(self, recipe: str) -> Pretrain:
        """The training settings of a recipe: the defaults with its own diff laid over."""
        return overlaid(self.pretrain, self.recipes[recipe])

    def finetune_of(self, task: str, setting: str) -> Finetune:
        """The fine-tuning settings of a task: from the bottom up the section `finetune`, the task, the setting; in each its preset, then
        its keys."""
        chosen: dict[str, Any] = {}
        for section in (self.finetune, self.tasks.get(task), self._setting(task, setting)):
            given = {key: getattr(section, key) for key in Finetune.model_fields if section and key in section.model_fields_set}
            given = {key: value for key, value in given.items() if value is not None}
            preset = given.pop("preset", None)
            steps = {"warmup_steps": None} if "warmup" in given else {}  # which would win over the share
            chosen |= (preset_for(preset, task, setting) if preset else {}) | steps | given
        return Finetune(**chosen)

    def retrieval_of(self, task: str) -> Retrieval:
        """How sentences are compared in a task: the defaults with its own diff laid over."""
        return overlaid(self.retrieval, self.tasks[task]) if task in self.tasks else self.retrieval

    def recipes_of(self, task: str, setting: str) -> list[str]:
        """The recipes that a task is run for, in the order of the config."""
        return self._asked("recipes", task, setting, list(self.recipes))

    def seeds_of(self, task: str, setting: str) -> list[int]:
        """The seeds that a task is run for, in the order of the config."""
        return self._asked("seeds", task, setting, self.seeds)

    def _asked(self, key: str, task: str, setting: str, there: list[Any]) -> list[Any]:
        sections = (self._setting(task, setting), self.tasks.get(task))
        asked = next((found for section in sections if (found := getattr(section, key, None)) is not None), there)
        return [name for name in there if name in asked]

    def _setting(self, task: str, setting: str) -> SettingOptions | None:
        options = self.tasks.get(task)
        return options.settings.get(setting) if options and options.settings else None

    def language_pairs(self) -> list[str]:
        """The pairs, each in alphabetical order."""
        if self.pairs is not None:
            return sorted({"-".join(sorted(pair.split("-"))) for pair in self.pairs})
        others = [language for language in self.languages if language != PivotLanguage]
        return sorted("-".join(sorted((language, PivotLanguage))) for language in others) if PivotLanguage in self.languages else []

    @property
    def base_languages(self) -> list[str]:
        """The languages that are not derived from others."""
        return [language for language in self.languages if language not in self.derived]

    def base_pairs(self) -> list[str]:
        """The pairs of base languages that are listed, or from which a listed one is derived."""
        # "_" sorts before all letters, so that a pair of bases is in alphabetical order wherever the pair is.
        bases = [tuple(map(base_language, pair.split("-"))) for pair in self.language_pairs()]
        return sorted({"-".join(pair) for pair in bases if len(set(pair)) == 2})

    def steps_of(self, languages: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """{language: the steps that make it} of the derived ones among these."""
        chosen = {language: self.derived[language] for language in languages if language in self.derived}
        return {language: [step.model_dump(exclude_none=True) for step in steps] for language, steps in chosen.items()}

    def have_step(self, languages: Iterable[str], *names: str) -> bool:
        """Whether any of these languages is made by one of the named steps."""
        return any(has_step(steps, *names) for steps in self.steps_of(languages).values())

    def in_world(self, task: str) -> bool:
        """Whether the evaluation set of a task is a mini-world's, which has every language of the experiment."""
        return any(isinstance(self.corpora.get(place), World) for place in self.places(task))

    def places(self, task: str) -> list[str]:
        """Where the evaluation set of a task comes from."""
        return as_list(self.evaluation.get(task, []))

    def set_languages(self, task: str) -> list[str]:
        """The languages of the experiment that the evaluation set of a task can have: those of XTREME, or all in a mini-world."""
        spec, world = get_task(task), self.in_world(task)

        def has(language: str) -> bool:
            base = base_language(language)
            return base in spec.languages or language == spec.source_language or (world and base != spec.source_language)

        return [language for language in self.languages if has(language)]

    def task_languages(self, task: str) -> list[str]:
        """The languages a task is evaluated in, its source language first."""
        spec, asked = get_task(task), self.tasks[task].languages if task in self.tasks else None
        chosen = [language for language in self.set_languages(task) if asked is None or language in asked]
        return sorted(chosen, key=lambda language: (language != spec.source_language, language))

    def task_settings(self, task: str) -> list[str]:
        return list(self.tasks[task].settings or get_task(task).settings[:1])

    def reads_of(self, recipe: str) -> set[str]:
        """Of "mono", "bitext", "links" and "dictionary" what a recipe's objectives read."""
        return {read for name, options in self.recipes[recipe].objectives.items() for read in OBJECTIVES[name].reads(options)}

    def linked_pairs(self, aligner: str) -> list[str]:
        """The pairs for which an aligner has links."""
        source = self.aligners[aligner]
        if isinstance(source, DictionaryLinks):
            return self.dictionary_pairs(source.dictionary)
        if isinstance(source, Learnt):
            return self._with_derived(self.base_pairs())
        return self._with_derived(source.links if isinstance(source, PharaohLinks) else self._world_pairs())

    def dictionary_pairs(self, dictionary: str) -> list[str]:
        """The pairs that a dictionary has."""
        source = self.dictionaries[dictionary]
        if isinstance(source, InducedDictionary):
            return self.linked_pairs(source.aligner)
        if isinstance(source, PanLex):
            return self._with_derived(self.base_pairs())
        return self._with_derived(source.files if isinstance(source, WordLists) else self._world_pairs())

    def learnt_aligners(self) -> list[str]:
        """The aligners that are compared on the task `alignment`: those that find links by themselves."""
        return [name for name, source in self.aligners.items() if isinstance(source, Learnt)]

    def _world_pairs(self) -> list[str]:
        there = any(isinstance(corpus, World) for corpus in self.corpora.values())
        return [pair for pair in self.base_pairs() if PivotLanguage in pair.split("-")] if there else []

    def _with_derived(self, given: Iterable[str]) -> list[str]:
        """The pairs among these, in any direction; those derived from them; and those of two languages with the same base."""
        known = {"-".join(sorted(pair.split("-"))) for pair in given}

        def has(pair: str) -> bool:
            bases = [base_language(lang) for lang in pair.split("-")]
            return bases[0] == bases[1] or "-".join(bases) in known

        return [pair for pair in sorted({*self.base_pairs(), *self.language_pairs()}) if has(pair)]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of config.yaml, for editors; kept in workflow/schema/."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Experiment.model_json_schema()}
