# clean text -> vocabulary -> token stores


rule vocab:
    input:
        plan.vocab_inputs,
    output:
        directory("results/vocab/{vocab}"),
    params:
        spec=plan.vocab_spec,
    log:
        "results/logs/vocab/{vocab}.log",
    benchmark:
        "results/benchmarks/vocab/{vocab}.tsv"
    conda:
        "../../envs/tokens.yaml"
    threads: 4
    resources:
        mem_mb=16000,
        runtime=240,
    shell:
        "exec python -m isogloss vocab --spec {params.spec:q} --mono {input:q} --out {output:q} 2> {log:q}"


rule mono_tokens:
    input:
        text="results/mono/{lang}.parquet",
        vocab="results/vocab/{vocab}",
    output:
        directory("results/tokens/{vocab}/mono/{lang}"),
    params:
        version=plan.tokens_version,
    log:
        "results/logs/tokens/{vocab}/mono/{lang}.log",
    benchmark:
        "results/benchmarks/tokens/{vocab}/mono/{lang}.tsv"
    conda:
        "../../envs/tokens.yaml"
    resources:
        mem_mb=4000,
        runtime=240,
    shell:
        "exec python -m isogloss tokens --lang {wildcards.lang} --text {input.text:q} --vocab {input.vocab:q} --out {output:q} 2> {log:q}"


rule bitext_tokens:
    input:
        text="results/bitext/{pair}.parquet",
        vocab="results/vocab/{vocab}",
    output:
        directory("results/tokens/{vocab}/bitext/{pair}"),
    params:
        version=plan.tokens_version,
    log:
        "results/logs/tokens/{vocab}/bitext/{pair}.log",
    benchmark:
        "results/benchmarks/tokens/{vocab}/bitext/{pair}.tsv"
    conda:
        "../../envs/tokens.yaml"
    resources:
        mem_mb=4000,
        runtime=240,
    shell:
        "exec python -m isogloss tokens --pair {wildcards.pair} --text {input.text:q} --vocab {input.vocab:q} --out {output:q} 2> {log:q}"
