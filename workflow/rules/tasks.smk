# task data -> features; these + model -> fine-tuned model -> predictions -> scores. One process evaluates all languages of a task.


rule features:
    input:
        taskdata="results/taskdata/{task}",
        vocab="results/vocab/{vocab}",
    output:
        directory("results/features/{task}/{vocab}/{length}"),
    params:
        spec=plan.features_spec,
    log:
        "results/logs/features/{task}/{vocab}/{length}.log",
    benchmark:
        "results/benchmarks/features/{task}/{vocab}/{length}.tsv"
    conda:
        "../../envs/tokens.yaml"
    resources:
        mem_mb=8000,
        runtime=240,
    shell:
        "exec python -m isogloss features --spec {params.spec:q} --taskdata {input.taskdata:q} --vocab {input.vocab:q} --out {output:q} 2> {log:q}"


rule finetune:
    input:
        model="results/models/{recipe}/{seed}",
        taskdata="results/taskdata/{task}",
        features=plan.features_of,
    output:
        directory("results/finetuned/{task}/{setting}/{recipe}/{seed}"),
    params:
        spec=plan.finetune_spec,
    log:
        "results/logs/finetune/{task}/{setting}/{recipe}/{seed}.log",
    benchmark:
        "results/benchmarks/finetune/{task}/{setting}/{recipe}/{seed}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        gpu=1,
        share=plan.share,
        mem_mb=16000,
        runtime=480,
    shell:
        "exec python -m isogloss.gpus {resources.gpu}/{resources.share} python -m isogloss finetune --spec {params.spec:q}"
        " --model {input.model:q} --taskdata {input.taskdata:q} --features {input.features:q} --threads {threads} --out {output:q} 2> {log:q}"


rule predict:
    input:
        model=plan.predict_model,
        taskdata="results/taskdata/{task}",
        features=plan.features_of,
    output:
        directory("results/predictions/{task}/{setting}/{recipe}/{seed}"),
    params:
        spec=plan.predict_spec,
    log:
        "results/logs/predict/{task}/{setting}/{recipe}/{seed}.log",
    benchmark:
        "results/benchmarks/predict/{task}/{setting}/{recipe}/{seed}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        gpu=1,
        share=plan.share,
        mem_mb=16000,
        runtime=240,
    shell:
        "exec python -m isogloss.gpus {resources.gpu}/{resources.share} python -m isogloss predict --spec {params.spec:q}"
        " --model {input.model:q} --taskdata {input.taskdata:q} --features {input.features:q} --threads {threads} --out {output:q} 2> {log:q}"


rule trivial:
    input:
        taskdata="results/taskdata/{task}",
    output:
        directory("results/predictions/{task}/{setting}/trivial/{seed}"),
    params:
        spec=plan.trivial_spec,
    log:
        "results/logs/trivial/{task}/{setting}/{seed}.log",
    benchmark:
        "results/benchmarks/trivial/{task}/{setting}/{seed}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "exec python -m isogloss trivial --spec {params.spec:q} --taskdata {input.taskdata:q} --out {output:q} 2> {log:q}"


rule score:
    input:
        taskdata="results/taskdata/{task}",
        predictions="results/predictions/{task}/{setting}/{row}/{seed}",
    output:
        "results/scores/{task}/{setting}/{row}/{seed}.json",
    params:
        spec=plan.score_spec,
    wildcard_constraints:
        row=plan.pattern("row"),
    log:
        "results/logs/score/{task}/{setting}/{row}/{seed}.log",
    benchmark:
        "results/benchmarks/score/{task}/{setting}/{row}/{seed}.tsv"
    conda:
        "../../envs/text.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "exec python -m isogloss score --spec {params.spec:q} --taskdata {input.taskdata:q} --predictions {input.predictions:q}"
        " --out {output:q} 2> {log:q}"
