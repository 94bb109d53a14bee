"""What every part of the plan needs: the experiment, where things lie, how settings become a param."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..artifacts import KINDS, canonical_json
from ..corpora.table import TableRow
from ..corpora.transforms import NEEDS_LEXICON
from ..corpora.transforms.reorder import LEXICON_TASK
from ..schema import Experiment, LocalCorpus, World

RESULTS = "results"
ALIGNMENT = "alignment"  # the task in which aligners are compared, and may be beside recipes


class Base:
    """See `Plan`."""

    def __init__(self, experiment: Experiment, table: Mapping[str, TableRow], home: Path = Path(".")) -> None:
        self.experiment, self.table, self.home = experiment, table, home

    @property
    def worlds(self) -> list[str]:
        return [name for name, corpus in self.experiment.corpora.items() if isinstance(corpus, World)]

    @property
    def downloads(self) -> list[str]:
        """Rows of corpora.tsv that the experiment needs: corpora, and evaluation sets (rows of the kind `task`)."""
        corpora = [name for name, corpus in self.experiment.corpora.items() if not isinstance(corpus, World | LocalCorpus)]
        places = [place for task in self.experiment.evaluation for place in self.experiment.places(task)]
        sets = [place for place in places if place in self.table and self.table[place].kind == "task"]
        return sorted({*corpora, *sets})

    def _json(self, kind: str, **settings: Any) -> str:
        """The settings of a job as canonical JSON, with the version of what it makes: a param that Snakemake tracks."""
        return canonical_json({**settings, "version": KINDS[kind].version})

    def _local(self, path: str) -> str:
        return (Path(self.experiment.data_dir) / path).as_posix()

    def _inputs(self, corpora: list[dict[str, Any]]) -> list[str]:
        """The files that Snakemake watches: a generated or downloaded corpus is a directory."""
        made = f"{RESULTS}/raw/"
        return list(
            dict.fromkeys(
                "/".join(path.split("/")[:3]) if path.startswith(made) else path for corpus in corpora for path in corpus["paths"]
            )
        )

    def _derived(self, languages: Sequence[str]) -> dict[str, Any]:
        """How the derived ones among these are made; nothing where there are none, so that an experiment without them stays the same."""
        steps = self.experiment.steps_of(languages)
        return {"derived": steps} if steps else {}

    def _tagged(self, languages: Sequence[str]) -> list[str]:
        return [f"{RESULTS}/taskdata/{LEXICON_TASK}"] if self.experiment.have_step(languages, *NEEDS_LEXICON) else []

    def _asked_languages(self, task: str) -> list[str] | None:
        """None: every language that the evaluation set turns out to have."""
        options = self.experiment.tasks.get(task)
        return None if options is None or options.languages is None else self.experiment.task_languages(task)
