# raw text -> mono and bitext, clean, deduplicated, and without any evaluation sentence


rule fetch:
    output:
        directory("results/raw/{corpus}"),
    params:
        spec=plan.download_spec,
    wildcard_constraints:
        corpus=plan.pattern("download"),
    log:
        "results/logs/fetch/{corpus}.log",
    benchmark:
        "results/benchmarks/fetch/{corpus}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=1000,
        runtime=720,
    shell:
        "exec python -m isogloss fetch --spec {params.spec:q} --out {output:q} 2> {log:q}"


rule miniworld:
    output:
        directory("results/raw/{corpus}"),
    params:
        spec=plan.world_spec,
    wildcard_constraints:
        corpus=plan.pattern("world"),
    log:
        "results/logs/miniworld/{corpus}.log",
    benchmark:
        "results/benchmarks/miniworld/{corpus}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=1000,
        runtime=60,
    shell:
        "exec python -m isogloss miniworld --spec {params.spec:q} --out {output:q} 2> {log:q}"


rule taskdata:
    input:
        source=plan.taskdata_inputs,
        tagged=plan.taskdata_tagged,
    output:
        directory("results/taskdata/{task}"),
    params:
        spec=plan.taskdata_spec,
        source=plan.taskdata_source,
    log:
        "results/logs/taskdata/{task}.log",
    benchmark:
        "results/benchmarks/taskdata/{task}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    shell:
        "exec python -m isogloss taskdata --task {wildcards.task} --spec {params.spec:q} --source {params.source:q} --tagged {input.tagged:q} --out {output:q} 2> {log:q}"


rule mono:
    input:
        corpora=plan.mono_inputs,
        evaluation=plan.evaluation_inputs,
    output:
        "results/mono/{lang}.parquet",
    params:
        spec=plan.mono_spec,
    wildcard_constraints:
        lang=plan.pattern("base_lang"),
    log:
        "results/logs/mono/{lang}.log",
    benchmark:
        "results/benchmarks/mono/{lang}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=8000,
        runtime=720,
    shell:
        "exec python -m isogloss mono --lang {wildcards.lang} --spec {params.spec:q} --evaluation {input.evaluation:q} --out {output:q} 2> {log:q}"


rule bitext:
    input:
        corpora=plan.bitext_inputs,
        evaluation=plan.evaluation_inputs,
    output:
        "results/bitext/{pair}.parquet",
    params:
        spec=plan.bitext_spec,
    wildcard_constraints:
        pair=plan.pattern("base_pair"),
    log:
        "results/logs/bitext/{pair}.log",
    benchmark:
        "results/benchmarks/bitext/{pair}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=8000,
        runtime=720,
    shell:
        "exec python -m isogloss bitext --pair {wildcards.pair} --spec {params.spec:q} --evaluation {input.evaluation:q} --out {output:q} 2> {log:q}"


rule derived_mono:
    input:
        text=plan.derived_mono_inputs,
        tagged=plan.derived_mono_tagged,
    output:
        "results/mono/{lang}.parquet",
    params:
        spec=plan.derived_mono_spec,
    wildcard_constraints:
        lang=plan.pattern("derived_lang"),
    log:
        "results/logs/derived_mono/{lang}.log",
    benchmark:
        "results/benchmarks/derived_mono/{lang}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=2000,
        runtime=240,
    shell:
        "exec python -m isogloss derive --lang {wildcards.lang} --spec {params.spec:q} --text {input.text:q} --tagged {input.tagged:q} --out {output:q} 2> {log:q}"


rule derived_bitext:
    input:
        text=plan.derived_bitext_inputs,
        tagged=plan.derived_bitext_tagged,
    output:
        "results/bitext/{pair}.parquet",
    params:
        spec=plan.derived_bitext_spec,
    wildcard_constraints:
        pair=plan.pattern("derived_pair"),
    log:
        "results/logs/derived_bitext/{pair}.log",
    benchmark:
        "results/benchmarks/derived_bitext/{pair}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=2000,
        runtime=240,
    shell:
        "exec python -m isogloss derive --pair {wildcards.pair} --spec {params.spec:q} --text {input.text:q} --tagged {input.tagged:q} --out {output:q} 2> {log:q}"
