# token stores -> models. Resumable state is no output (Snakemake deletes the outputs of a failed job), so a retry is a resume.


rule pretrain:
    input:
        vocab=plan.vocab_of,
        mono=plan.pretrain_mono,
        bitext=plan.pretrain_bitext,
        links=plan.pretrain_links,
        dictionary=plan.pretrain_dictionary,
        init=plan.pretrain_init,
        evaluation=plan.pretrain_evaluation,
    output:
        directory("results/models/{recipe}/{seed}"),
    params:
        spec=plan.pretrain_spec,
        init=plan.init_of,
    log:
        "results/logs/pretrain/{recipe}/{seed}.log",
    benchmark:
        "results/benchmarks/pretrain/{recipe}/{seed}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        gpu=plan.gpus,  # in shares; the command sees whole GPUs and starts a process on each
        # These are resources, because params are tracked and they change no result.
        share=plan.share,
        checkpoints=plan.checkpoint_options,
        tracking=plan.tracking_options,
        hardware=plan.hardware_options,
        mem_mb=16000,
        runtime=1440,
    shell:
        "exec python -m isogloss.gpus {resources.gpu}/{resources.share} python -m isogloss pretrain --spec {params.spec:q}"
        " --vocab {input.vocab:q} --mono {input.mono:q} --bitext {input.bitext:q} --links {input.links:q} --dictionary {input.dictionary:q}"
        " --evaluation {input.evaluation:q} --init {params.init:q} --checkpoints results/checkpoints/{wildcards.recipe}/{wildcards.seed}"
        " {resources.checkpoints} {resources.tracking} --gpus {resources.gpu} {resources.hardware} --threads {threads} --out {output:q} 2> {log:q}"
