# What every rule shares: the validated experiment, its plan, and how a command finds the package. No logic: see isogloss/plan/.
import sys
from pathlib import Path
from shlex import quote

from snakemake.exceptions import WorkflowError

PACKAGE = Path(workflow.basedir) / "workflow"
sys.path.insert(0, str(PACKAGE))

from isogloss.errors import IsoglossError
from isogloss.gpus import visible_gpus
from isogloss.plan import open_plan

try:
    plan = open_plan(config, workflow.configfiles, PACKAGE / "corpora.tsv")
except IsoglossError as error:
    raise WorkflowError(str(error)) from None

# Setting a prefix discards Snakemake's own `set -euo pipefail`. Under --use-conda the environment's python comes first, otherwise
# the one that runs Snakemake, so that `.venv/bin/snakemake` works without activating anything.
own_python = "" if workflow.deployment_settings.deployment_method else f"export PATH={quote(str(Path(sys.executable).parent))}:$PATH; "
shell.prefix(f"set -euo pipefail; {own_python}export PYTHONPATH={quote(str(PACKAGE))}; ")

# Locally, and inside a cluster job, `gpu` counts the shares of GPUs (`hardware.share` to each), never more than can be seen; with none,
# {resources.gpu} becomes 0 and the CPU is used. Who submits to a cluster asks it for whole GPUs.
plan.share = plan.experiment.hardware.share if workflow.nodes is None else 1
if workflow.nodes is None and "gpu" not in workflow.global_resources:
    workflow.register_resource("gpu", len(visible_gpus()) * plan.share)


wildcard_constraints:
    corpus=plan.pattern("corpus"),
    lang=plan.pattern("lang"),
    pair=plan.pattern("pair"),
    aligner=plan.pattern("aligner"),
    dictionary=plan.pattern("dictionary"),
    vocab=plan.pattern("vocab"),
    recipe=plan.pattern("recipe"),
    task=plan.pattern("task"),
    setting=plan.pattern("setting"),
    seed=r"\d+",
    length=r"\d+(-\d+-\d+)?",
