# bitext -> alignments (what aligners find); these, word lists or files of links -> links and dictionaries, row by row and pair by pair


rule align:
    input:
        bitext="results/bitext/{pair}.parquet",
        model=plan.align_model,
    output:
        "results/alignments/{aligner}/{pair}.parquet",
    params:
        spec=plan.align_spec,
        model=plan.align_model_name,
        state="results/checkpoints/align/{aligner}/{pair}",
    wildcard_constraints:
        aligner=plan.pattern("searching_aligner"),
        pair=plan.pattern("base_pair"),
    log:
        "results/logs/align/{aligner}/{pair}.log",
    benchmark:
        "results/benchmarks/align/{aligner}/{pair}.tsv"
    conda:
        "../../envs/align.yaml"
    resources:
        gpu=plan.align_gpus,
        share=plan.share,
        mem_mb=8000,
        runtime=480,
    shell:
        "exec python -m isogloss.gpus {resources.gpu}/{resources.share} python -m isogloss align --pair {wildcards.pair}"
        " --spec {params.spec:q} --bitext {input.bitext:q} --model {params.model:q} --state {params.state:q} --out {output:q} 2> {log:q}"


rule align_test:
    input:
        taskdata="results/taskdata/alignment",
        bitext=plan.test_bitext,
        model=plan.align_model,
    output:
        "results/alignments/{aligner}/test/{lang}.parquet",
    params:
        spec=plan.align_spec,
        model=plan.align_model_name,
        state="results/checkpoints/align/{aligner}/test/{lang}",
    wildcard_constraints:
        aligner=plan.pattern("searching_aligner"),
        lang=plan.pattern("base_lang"),
    log:
        "results/logs/align_test/{aligner}/{lang}.log",
    benchmark:
        "results/benchmarks/align_test/{aligner}/{lang}.tsv"
    conda:
        "../../envs/align.yaml"
    resources:
        gpu=plan.align_gpus,
        share=plan.share,
        mem_mb=8000,
        runtime=480,
    shell:
        "exec python -m isogloss.gpus {resources.gpu}/{resources.share} python -m isogloss align_test --lang {wildcards.lang}"
        " --spec {params.spec:q} --taskdata {input.taskdata:q} --bitext {input.bitext:q} --model {params.model:q} --state {params.state:q} --out {output:q} 2> {log:q}"


rule aligned_test:
    input:
        taskdata="results/taskdata/alignment",
        alignments=plan.test_alignments,
    output:
        directory("results/predictions/alignment/no_train/{aligner}/{seed}"),
    params:
        spec=plan.test_predictions_spec,
    wildcard_constraints:
        aligner=plan.pattern("learnt_aligner"),
    log:
        "results/logs/aligned_test/{aligner}/{seed}.log",
    benchmark:
        "results/benchmarks/aligned_test/{aligner}/{seed}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "exec python -m isogloss aligned_test --spec {params.spec:q} --taskdata {input.taskdata:q} --alignments {input.alignments:q} --out {output:q} 2> {log:q}"


rule links:
    input:
        bitext="results/bitext/{pair}.parquet",
        files=plan.links_inputs,
        dictionary=plan.links_dictionary,
        alignments=plan.links_alignments,
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
        "exec python -m isogloss links --pair {wildcards.pair} --spec {params.spec:q} --bitext {input.bitext:q} --dictionary {input.dictionary:q} --alignments {input.alignments:q} --out {output:q} 2> {log:q}"


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
        files=plan.dictionary_inputs,
        bitext=plan.dictionary_bitext,
        links=plan.dictionary_links,
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
        "exec python -m isogloss dictionary --pair {wildcards.pair} --spec {params.spec:q} --bitext {input.bitext:q} --links {input.links:q} --out {output:q} 2> {log:q}"


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


rule samples:
    input:
        bitext="results/bitext/{pair}.parquet",
        links="results/links/{aligner}/{pair}.parquet",
        vocab="results/vocab/{vocab}",
    output:
        samples="results/samples/{vocab}/{aligner}/{pair}.parquet",
        tsv="results/samples/{vocab}/{aligner}/{pair}.tsv",
    params:
        spec=plan.samples_spec,
    log:
        "results/logs/samples/{vocab}/{aligner}/{pair}.log",
    benchmark:
        "results/benchmarks/samples/{vocab}/{aligner}/{pair}.tsv"
    conda:
        "../../envs/tokens.yaml"
    resources:
        mem_mb=4000,
        runtime=240,
    shell:
        "exec python -m isogloss samples --pair {wildcards.pair} --spec {params.spec:q} --bitext {input.bitext:q} --links {input.links:q}"
        " --vocab {input.vocab:q} --out {output.samples:q} --tsv {output.tsv:q} 2> {log:q}"
