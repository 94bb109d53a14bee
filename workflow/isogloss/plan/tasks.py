"""What rules/tasks.smk asks: features, fine-tuned models, predictions, scores."""

from ..schema import Finetune
from ..tasks import TRIVIAL, UNTRAINED, get_task
from .base import RESULTS
from .models import Models

DECODING = {"n_best", "max_answer"}  # how the answer to a question is chosen


class Tasks(Models):
    """What is done with an encoder."""

    def features_spec(self, wildcards) -> str:
        """`length` is max_length, and for questions max_length-stride-max_question: its features depend on no more of the config."""
        names = ("max_length", "stride", "max_question")
        lengths = dict(zip(names, map(int, wildcards.length.split("-")), strict=False))
        return self._json("features", task=wildcards.task, **lengths)

    def features_of(self, wildcards) -> list[str]:
        """The features that a fine-tuned model reads; none where nothing is fine-tuned."""
        if wildcards.setting == UNTRAINED:
            return []
        settings, vocab = self._settings(wildcards), self.experiment.encoder_of(wildcards.recipe).vocab
        questions = [settings.stride, settings.max_question] if _asks_questions(wildcards) else []
        length = "-".join(map(str, [self._task_length(wildcards), *questions]))
        return [f"{RESULTS}/features/{wildcards.task}/{vocab}/{length}"]

    def finetune_spec(self, wildcards) -> str:
        return self._json(
            "finetuned",
            **self._run(wildcards, wildcards.recipe),
            languages=self._asked_languages(wildcards.task) if self._meets_others(wildcards) else None,
            finetune=self._settings(wildcards).model_dump(exclude=_unread(wildcards)),
        )

    def predict_model(self, wildcards) -> str:
        if wildcards.setting == UNTRAINED:
            return f"{RESULTS}/models/{wildcards.recipe}/{wildcards.seed}"
        return f"{RESULTS}/finetuned/{wildcards.task}/{wildcards.setting}/{wildcards.recipe}/{wildcards.seed}"

    def predict_spec(self, wildcards) -> str:
        if wildcards.setting == UNTRAINED:
            options = {
                "retrieval": self.experiment.retrieval_of(wildcards.task).model_dump(),
                "max_length": self.experiment.encoder_of(wildcards.recipe).max_length,
            }
        else:
            options = {"finetune": self._settings(wildcards).model_dump(include=DECODING if _asks_questions(wildcards) else set())}
        languages = self._asked_languages(wildcards.task)
        return self._json("predictions", **self._run(wildcards, wildcards.recipe), languages=languages, **options)

    def trivial_spec(self, wildcards) -> str:
        return self._json("predictions", **self._run(wildcards, TRIVIAL), languages=self._asked_languages(wildcards.task))

    def score_spec(self, wildcards) -> str:
        return self._json("scores", **self._run(wildcards, wildcards.row))

    def _run(self, wildcards, row: str) -> dict[str, str | int]:
        return {"task": wildcards.task, "setting": wildcards.setting, "recipe": row, "seed": int(wildcards.seed)}

    def _settings(self, wildcards) -> Finetune:
        return self.experiment.finetune_of(wildcards.task, wildcards.setting)

    def _meets_others(self, wildcards) -> bool:
        """Whether a fine-tuning reads another language than the source language, to learn from or to be selected by."""
        alone = self._settings(wildcards).selection in ("source_dev", "final")
        return not (alone and wildcards.setting in ("zero_shot", "probe"))

    def _task_length(self, wildcards) -> int:
        """Tokens per sequence in fine-tuning and prediction: no more than the encoder has positions for."""
        return min(self._settings(wildcards).max_length, self.experiment.encoder_of(wildcards.recipe).max_length)


def _asks_questions(wildcards) -> bool:
    return get_task(wildcards.task).kind == "span"


def _unread(wildcards) -> set[str]:
    """The keys of the section `finetune` that a fine-tuning does not hang on, or only by its features, which have them in their path."""
    others = set() if _asks_questions(wildcards) else DECODING
    return {"preset", "max_length", "stride", "max_question", *others, *(set() if wildcards.setting == "probe" else {"probe_rate"})}
