# model + task data -> fine-tuned model -> predictions -> scores. One process evaluates all languages of a task.


rule finetune:
    input:
        model="results/models/{recipe}/{seed}",
        taskdata="results/taskdata/{task}",
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
        mem_mb=16000,
        runtime=480,
    shell:
        "exec python -m isogloss.gpus {resources.gpu} python -m isogloss finetune --spec {params.spec:q} --model {input.model:q}"
        " --taskdata {input.taskdata:q} --threads {threads} --out {output:q} 2> {log:q}"


rule predict:
    input:
        model=plan.predict_model,
        taskdata="results/taskdata/{task}",
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
        mem_mb=16000,
        runtime=240,
    shell:
        "exec python -m isogloss.gpus {resources.gpu} python -m isogloss predict --spec {params.spec:q} --model {input.model:q}"
        " --taskdata {input.taskdata:q} --threads {threads} --out {output:q} 2> {log:q}"


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
