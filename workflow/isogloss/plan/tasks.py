"""What rules/tasks.smk asks: fine-tuned models, predictions, scores."""

from ..tasks import TRIVIAL
from .base import RESULTS, UNTRAINED
from .models import Models


class Tasks(Models):
    """What is done with an encoder."""

    def finetune_spec(self, wildcards) -> str:
        chosen = self.experiment.finetune_of(wildcards.task)
        unsaid = {"layer_decay"} if chosen.layer_decay == 1 else set()  # the models from before this key stay what they were
        settings = {**chosen.model_dump(exclude=unsaid), "max_length": self._task_length(wildcards)}
        return self._json(
            "finetuned",
            task=wildcards.task,
            setting=wildcards.setting,
            recipe=wildcards.recipe,
            seed=int(wildcards.seed),
            finetune=settings,
        )

    def predict_model(self, wildcards) -> str:
        if wildcards.setting == UNTRAINED:
            return f"{RESULTS}/models/{wildcards.recipe}/{wildcards.seed}"
        return f"{RESULTS}/finetuned/{wildcards.task}/{wildcards.setting}/{wildcards.recipe}/{wildcards.seed}"

    def predict_spec(self, wildcards) -> str:
        return self._json(
            "predictions",
            task=wildcards.task,
            setting=wildcards.setting,
            recipe=wildcards.recipe,
            seed=int(wildcards.seed),
            languages=self._asked_languages(wildcards.task),
            max_length=self._task_length(wildcards),
        )

    def trivial_spec(self, wildcards) -> str:
        return self._json(
            "predictions",
            task=wildcards.task,
            setting=wildcards.setting,
            recipe=TRIVIAL,
            seed=int(wildcards.seed),
            languages=self._asked_languages(wildcards.task),
        )

    def score_spec(self, wildcards) -> str:
        return self._json("scores", task=wildcards.task, setting=wildcards.setting, recipe=wildcards.row, seed=int(wildcards.seed))

    def _task_length(self, wildcards) -> int:
        """Tokens per sequence in fine-tuning and prediction: no more than the encoder has positions for."""
        return min(self.experiment.finetune_of(wildcards.task).max_length, self.experiment.encoder_of(wildcards.recipe).max_length)
