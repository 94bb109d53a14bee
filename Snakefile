# isogloss: pre-train, fine-tune and compare cross-lingually aligned encoders.
#
#   config.yaml  --what-->  this file  --asks for-->  results/tables, results/figures  --made by-->  workflow/rules
#
# Another experiment:  snakemake --cores 4 --directory experiments/real-small
# What it would cost:  isogloss check config.yaml
from snakemake.utils import min_version

min_version("9.10")


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/corpora.smk"
include: "workflow/rules/align.smk"
include: "workflow/rules/tokens.smk"
include: "workflow/rules/pretrain.smk"
include: "workflow/rules/tasks.smk"
include: "workflow/rules/report.smk"


localrules:
    all,
    aligners,
    corpora,
    dictionaries,
    stores,
    models,
    scores,


rule all:
    default_target: True
    input:
        plan.reports(),


rule corpora:
    input:
        plan.texts(),
        plan.links(),
        plan.dictionaries(),


rule stores:
    input:
        plan.stores(),
        plan.links(),
        plan.dictionaries(),


rule aligners:
    input:
        plan.all_links(),
        ["results/tables/alignment.md"] if plan.alignment_scores() else [],


rule dictionaries:
    input:
        plan.all_dictionaries(),
        ["results/tables/dictionaries.md"] if plan.all_dictionaries() else [],


rule models:
    input:
        plan.models(),


rule scores:
    input:
        plan.scores(),
