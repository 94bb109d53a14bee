# bitext, word lists, files of links -> links and dictionaries, row by row and pair by pair


rule links:
    input:
        bitext="results/bitext/{pair}.parquet",
        files=plan.links_inputs,
        dictionary=plan.links_dictionary,
    output:
        "results/links/{aligner}/{pair}.parquet",
    params:
        spec=plan.links_spec,
    wildcard_constraints:
        pair=plan.pattern("base_pair"),
    log:
        "results/logs/links/{aligner}/{pair}.log",
    benchmark:
        "results/benchmarks/links/{aligner}/{pair}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=8000,
        runtime=240,
    shell:
        "exec python -m isogloss links --pair {wildcards.pair} --spec {params.spec:q} --bitext {input.bitext:q} --dictionary {input.dictionary:q} --out {output:q} 2> {log:q}"


rule derived_links:
    input:
        base=plan.derived_links_inputs,
        text=plan.derived_bitext_inputs,
        tagged=plan.derived_bitext_tagged,
    output:
        "results/links/{aligner}/{pair}.parquet",
    params:
        spec=plan.derived_links_spec,
    wildcard_constraints:
        pair=plan.pattern("derived_pair"),
    log:
        "results/logs/derived_links/{aligner}/{pair}.log",
    benchmark:
        "results/benchmarks/derived_links/{aligner}/{pair}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=4000,
        runtime=240,
    shell:
        "exec python -m isogloss links --pair {wildcards.pair} --spec {params.spec:q} --bitext {input.text:q} --base {input.base:q} --tagged {input.tagged:q} --out {output:q} 2> {log:q}"


rule dictionary:
    input:
        plan.dictionary_inputs,
    output:
        "results/dictionaries/{dictionary}/{pair}.parquet",
    params:
        spec=plan.dictionary_spec,
    wildcard_constraints:
        pair=plan.pattern("base_pair"),
    log:
        "results/logs/dictionary/{dictionary}/{pair}.log",
    benchmark:
        "results/benchmarks/dictionary/{dictionary}/{pair}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    shell:
        "exec python -m isogloss dictionary --pair {wildcards.pair} --spec {params.spec:q} --out {output:q} 2> {log:q}"


rule derived_dictionary:
    input:
        plan.derived_dictionary_inputs,
    output:
        "results/dictionaries/{dictionary}/{pair}.parquet",
    params:
        spec=plan.derived_dictionary_spec,
    wildcard_constraints:
        pair=plan.pattern("derived_pair"),
    log:
        "results/logs/derived_dictionary/{dictionary}/{pair}.log",
    benchmark:
        "results/benchmarks/derived_dictionary/{dictionary}/{pair}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    shell:
        "exec python -m isogloss dictionary --pair {wildcards.pair} --spec {params.spec:q} --base {input:q} --out {output:q} 2> {log:q}"
