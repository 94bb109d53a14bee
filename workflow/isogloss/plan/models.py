"""What rules/tokens.smk and rules/pretrain.smk ask: vocabularies, token stores, models."""

from collections.abc import Callable, Iterable

from ..artifacts import KINDS
from ..schema import PretrainedTokenizer
from .align import Align
from .base import RESULTS


class Models(Align):
    """From text to a published encoder."""

    def vocab_inputs(self, wildcards) -> list[str]:
        vocab = self.experiment.vocabs[wildcards.vocab]
        if isinstance(vocab, PretrainedTokenizer):
            return [vocab.tokenizer] if (self.home / vocab.tokenizer).is_dir() else []
        return [f"{RESULTS}/mono/{lang}.parquet" for lang in self.experiment.base_languages]

    def vocab_spec(self, wildcards) -> str:
        mirror = {"mirror": True} if self.mirrored(wildcards.vocab) else {}
        return self._json("vocab", **self.experiment.vocabs[wildcards.vocab].model_dump(), **mirror)

    def mirrored(self, vocab: str) -> bool:
        """Whether a vocabulary has every piece twice, in its own script and in that of the step `script`."""
        own = not isinstance(self.experiment.vocabs[vocab], PretrainedTokenizer)
        return own and self.experiment.have_step(self.experiment.languages, "script")

    def tokens_version(self, wildcards) -> int:
        return KINDS["tokens"].version

    def vocab_of(self, wildcards) -> str:
        return f"{RESULTS}/vocab/{self.experiment.encoder_of(wildcards.recipe).vocab}"

    def pretrain_mono(self, wildcards) -> list[str]:
        return self._mono_stores(wildcards.recipe)

    def pretrain_bitext(self, wildcards) -> list[str]:
        return self._bitext_stores(wildcards.recipe)

    def pretrain_links(self, wildcards) -> list[str]:
        return self._links(wildcards.recipe)

    def pretrain_dictionary(self, wildcards) -> list[str]:
        return self._dictionaries(wildcards.recipe)

    def pretrain_init(self, wildcards) -> list[str]:
        """The checkpoint that a recipe starts from, where it is a path."""
        init = self.init_of(wildcards)
        return [init] if init.startswith(f"{RESULTS}/") or (init and (self.home / init).is_dir()) else []

    def init_of(self, wildcards) -> str:
        """A model of this experiment, a directory, a name on the hub, or "" for a start from scratch."""
        init = self.experiment.recipes[wildcards.recipe].init
        return f"{RESULTS}/models/{init}/{wildcards.seed}" if init in self.experiment.recipes else init or ""

    def pretrain_spec(self, wildcards) -> str:
        recipe = wildcards.recipe
        return self._json(
            "model",
            recipe=recipe,
            seed=int(wildcards.seed),
            encoder=self.experiment.encoder_of(recipe).model_dump(),
            pretrain=self.experiment.pretrain_of(recipe).model_dump(exclude={"aligner", "dictionary"}),  # the inputs tell
            objectives=self.experiment.recipes[recipe].objectives,
            **self._derived(self.experiment.languages),
        )

    def pretrain_evaluation(self, wildcards) -> list[str]:
        """The evaluation sets whose pieces a trimmed vocabulary keeps; every text depends on them anyway."""
        return self.evaluation_inputs(wildcards) if self.experiment.encoder_of(wildcards.recipe).trim else []

    @property
    def checkpoint_options(self) -> str:
        """How often state is written: part of the command, not of a job's params, because it changes no result."""
        often = self.experiment.checkpoints
        return f"--every-minutes {often.minutes} --keep {often.keep}" + (f" --every-steps {often.steps}" if often.steps else "")

    def tracking_options(self, wildcards) -> str:
        """Who is told of the log: like `checkpoint_options`."""
        tracking = self.experiment.tracking
        tensorboard = f"--tensorboard {RESULTS}/tensorboard/{wildcards.recipe}/{wildcards.seed}" if tracking.tensorboard else ""
        return " ".join(filter(None, [tensorboard, f"--wandb {tracking.wandb}" if tracking.wandb else ""]))

    @property
    def gpus(self) -> int:
        """Shares of GPUs per pre-training, which has whole ones; Snakemake gives fewer where there are fewer."""
        return self.experiment.hardware.gpus * self.share

    @property
    def hardware_options(self) -> str:
        """How the GPUs are used: like `checkpoint_options`."""
        hardware = self.experiment.hardware
        chunks = f" --chunk-tokens {hardware.chunk_tokens}" if hardware.chunk_tokens else ""
        return f"--parallel {hardware.parallel} --compile {str(hardware.compile).lower()}{chunks}"

    def _mono_stores(self, recipe: str) -> list[str]:
        if "mono" not in self.experiment.reads_of(recipe):
            return []
        return [f"{RESULTS}/tokens/{self.experiment.encoder_of(recipe).vocab}/mono/{lang}" for lang in self.experiment.languages]

    def _bitext_stores(self, recipe: str) -> list[str]:
        if "bitext" not in self.experiment.reads_of(recipe):
            return []
        return [f"{RESULTS}/tokens/{self.experiment.encoder_of(recipe).vocab}/bitext/{pair}" for pair in self.experiment.language_pairs()]

    def _links(self, recipe: str) -> list[str]:
        aligner = self.experiment.pretrain_of(recipe).aligner
        if aligner is None or "links" not in self.experiment.reads_of(recipe):
            return []
        return self._of_pairs("links", [aligner], self.experiment.linked_pairs)

    def _dictionaries(self, recipe: str) -> list[str]:
        dictionary = self.experiment.pretrain_of(recipe).dictionary
        if dictionary is None or "dictionary" not in self.experiment.reads_of(recipe):
            return []
        return self._of_pairs("dictionaries", [dictionary], self.experiment.dictionary_pairs)

    def _of_pairs(self, what: str, names: Iterable[str], pairs: Callable[[str], list[str]]) -> list[str]:
        wanted = self.experiment.language_pairs()
        there = {name: set(pairs(name)) for name in names}
        return [f"{RESULTS}/{what}/{name}/{pair}.parquet" for name in there for pair in wanted if pair in there[name]]
