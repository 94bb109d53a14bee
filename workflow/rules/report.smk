# scores and training logs -> what a paper shows


rule table:
    input:
        plan.scores(),
    output:
        csv="results/tables/main.csv",
        md=report("results/tables/main.md", category="Tables", caption="../report/main.rst"),
        tex="results/tables/main.tex",
    params:
        spec=plan.table_spec,
    log:
        "results/logs/table.log",
    benchmark:
        "results/benchmarks/table.tsv"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "exec python -m isogloss table --spec {params.spec:q} --scores {input:q} --csv {output.csv:q} --md {output.md:q} --tex {output.tex:q} 2> {log:q}"


rule xtreme_table:
    input:
        plan.xtreme_scores(),
    output:
        csv="results/tables/xtreme.csv",
        md=report("results/tables/xtreme.md", category="Tables", caption="../report/xtreme.rst"),
        tex="results/tables/xtreme.tex",
    params:
        spec=plan.table_spec,
    log:
        "results/logs/xtreme_table.log",
    benchmark:
        "results/benchmarks/xtreme_table.tsv"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "exec python -m isogloss xtreme --spec {params.spec:q} --scores {input:q} --csv {output.csv:q} --md {output.md:q} --tex {output.tex:q} 2> {log:q}"


rule xtreme_submission:
    input:
        predictions=plan.submitted_predictions,
        taskdata=plan.submitted_taskdata,
        scores=plan.submitted_scores,
    output:
        directory("results/xtreme/{recipe}/{seed}"),
    params:
        version=plan.submission_version,
    log:
        "results/logs/xtreme_submission/{recipe}/{seed}.log",
    benchmark:
        "results/benchmarks/xtreme_submission/{recipe}/{seed}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=4000,
        runtime=30,
    shell:
        "exec python -m isogloss export --predictions {input.predictions:q} --taskdata {input.taskdata:q} --scores {input.scores:q} --out {output:q} 2> {log:q}"


rule layer_figure:
    input:
        plan.layer_scores,
    output:
        svg=report("results/figures/layers-{task}.svg", category="Figures", caption="../report/layers.rst"),
        png="results/figures/layers-{task}.png",
    log:
        "results/logs/figures/layers-{task}.log",
    benchmark:
        "results/benchmarks/figures/layers-{task}.tsv"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "exec python -m isogloss figure --scores {input:q} --svg {output.svg:q} --png {output.png:q} 2> {log:q}"


rule loss_figure:
    input:
        plan.mlm_models,
    output:
        svg=report("results/figures/loss.svg", category="Figures", caption="../report/loss.rst"),
        png="results/figures/loss.png",
    log:
        "results/logs/figures/loss.log",
    benchmark:
        "results/benchmarks/figures/loss.tsv"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "exec python -m isogloss figure --models {input:q} --svg {output.svg:q} --png {output.png:q} 2> {log:q}"


rule alignment_table:
    input:
        plan.alignment_scores(),
    output:
        csv="results/tables/alignment.csv",
        md=report("results/tables/alignment.md", category="Tables", caption="../report/main.rst"),
        tex="results/tables/alignment.tex",
    params:
        spec=plan.alignment_table_spec,
    log:
        "results/logs/alignment_table.log",
    benchmark:
        "results/benchmarks/alignment_table.tsv"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "exec python -m isogloss table --spec {params.spec:q} --scores {input:q} --csv {output.csv:q} --md {output.md:q} --tex {output.tex:q} 2> {log:q}"


rule coverage:
    input:
        dictionaries=plan.all_dictionaries(),
        texts=plan.dictionary_texts(),
    output:
        md=report("results/tables/dictionaries.md", category="Tables", caption="../report/dictionaries.rst"),
        csv="results/tables/dictionaries.csv",
    log:
        "results/logs/coverage.log",
    benchmark:
        "results/benchmarks/coverage.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    shell:
        "exec python -m isogloss coverage --dictionaries {input.dictionaries:q} --texts {input.texts:q} --md {output.md:q} --csv {output.csv:q} 2> {log:q}"
