"""The estimate of what a training needs, what there is, and what happens where that is too little."""

import multiprocessing
from pathlib import Path

import pytest
import torch

from isogloss.errors import IsoglossError
from isogloss.memory import Estimate, available, describe, estimate, peak, refuse_if_too_large

CPU = torch.device("cpu")
SHAPE = {"layers": 2, "width": 256, "heads": 4, "feed_forward": 1024, "dropout": 0.0, "max_length": 64}
DEEP = {"layers": 6, "width": 128, "heads": 8, "feed_forward": 512, "dropout": 0.1, "max_length": 128}


def needed(shape=SHAPE, vocab_size=8000, **changes) -> Estimate:
    return estimate(shape, vocab_size, **{"batch_tokens": 4096, "row_length": 64, "precision": "fp32", **changes})


# ------------------------------------------------------------------------------------------------------------ the estimate


def status(key: str) -> int:
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(key))
    return int(line.split()[1]) * 1024


def train(shape, vocab_size: int, row_length: int, cells: int) -> None:
    """Three steps of masked language modelling, by transformers and torch alone but for attention and loss."""
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

    from isogloss.attention import NAME, register
    from isogloss.cross_entropy import vocabulary_cross_entropy

    register()
    config = XLMRobertaConfig(
        vocab_size=vocab_size,
        num_hidden_layers=shape["layers"],
        hidden_size=shape["width"],
        num_attention_heads=shape["heads"],
        intermediate_size=shape["feed_forward"],
        hidden_dropout_prob=shape["dropout"],
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=shape["max_length"] + 2,
    )
    model = XLMRobertaForMaskedLM(config).train()
    model.set_attn_implementation(NAME)
    optimizer = torch.optim.AdamW(model.parameters(), fused=True)
    ids = torch.randint(5, vocab_size, (cells // row_length, row_length))
    asked = torch.rand(ids.shape) < 0.15
    for _ in range(3):
        mask = torch.zeros(len(ids), 1, row_length, row_length)
        states = model.base_model(input_ids=ids, attention_mask=mask).last_hidden_state[asked]
        head = model.lm_head
        states = head.layer_norm(torch.nn.functional.gelu(head.dense(states)))
        loss, _ = vocabulary_cross_entropy(states, head.decoder.weight, head.decoder.bias, ids[asked])
        (loss / len(states)).backward()
        optimizer.step()
        optimizer.zero_grad()


def grow(results, shape, *sizes: int) -> None:
    """Put the growth of the resident size during a training into a queue."""
    from isogloss.device import keep_memory

    torch.set_num_threads(1)
    keep_memory(CPU)
    train({**SHAPE, "width": 32}, 50, 8, 32)  # the libraries' own pages
    before = status("VmRSS")
    train(shape, *sizes)
    results.put(status("VmHWM") - before)


@pytest.mark.parametrize(("shape", "vocab_size", "row_length"), [(SHAPE, 8000, 64), (DEEP, 30_000, 128)])
def test_a_training_grows_by_what_was_estimated_within_a_factor_of_one_and_a_half(shape, vocab_size, row_length):
    context = multiprocessing.get_context("forkserver")  # a fresh heap, for the price of one import
    context.set_forkserver_preload(["transformers.models.xlm_roberta.modeling_xlm_roberta"])
    results = context.SimpleQueue()
    child = context.Process(target=grow, args=(results, shape, vocab_size, row_length, 2048))
    child.start()
    child.join(120)
    expected = needed(shape, vocab_size, batch_tokens=2048, row_length=row_length).total
    assert child.exitcode == 0
    assert 1 / 1.5 < results.get() / expected < 1.5


def test_weights_gradients_and_moments_are_those_of_the_real_model():
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

    config = XLMRobertaConfig(
        vocab_size=8000,
        num_hidden_layers=2,
        hidden_size=256,
        num_attention_heads=4,
        intermediate_size=1024,
        max_position_embeddings=66,
        type_vocab_size=1,
    )
    count = sum(parameter.numel() for parameter in XLMRobertaForMaskedLM(config).parameters())
    found = needed()
    assert found.weights == found.gradients == pytest.approx(4 * count, rel=0.001)
    assert found.optimizer == pytest.approx(8 * count, rel=0.001)


def test_what_each_setting_is_for():
    base = needed()
    assert needed(batch_tokens=2 * 4096).activations == 2 * base.activations
    assert needed(precision="bf16").activations < base.activations and needed(precision="bf16").weights > base.weights
    assert needed(optimizer="muon").optimizer < base.optimizer and needed(row_length=256).activations > base.activations
    assert needed(device="cuda", row_length=64).activations == needed(device="cuda", row_length=256).activations < base.activations
    assert needed(shards=4).optimizer == base.optimizer // 4 and needed(shards=4).activations == base.activations
    assert base.total == base.weights + base.gradients + base.optimizer + base.activations + base.head


def test_logits_take_a_buffer_and_not_the_whole_batch():
    asked, vocab_size = round(0.15 * 200_000), 250_000
    assert needed(vocab_size=vocab_size, batch_tokens=200_000).head < asked * vocab_size * 4 / 10


# ------------------------------------------------------------------------------------------------------- what there is


def machine(root: Path, free: int, groups: dict[str, str], own: str) -> Path:
    """A /proc and /sys with that many bytes free, these cgroup files, and this line of /proc/self/cgroup."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/meminfo").write_text(f"MemTotal: 99999999 kB\nMemAvailable: {free // 1024} kB\n")
    (root / "proc/self/cgroup").write_text(own + "\n")
    for name, content in groups.items():
        (root / "sys/fs/cgroup" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "sys/fs/cgroup" / name).write_text(content + "\n")
    return root


GB = 10**9
FREE = 64 * 2**30


@pytest.mark.parametrize(
    ("own", "groups", "expected"),
    [
        ("0::/", {}, FREE),
        ("0::/", {"memory.max": "max", "memory.current": "5"}, FREE),
        ("0::/job", {"job/memory.max": f"{8 * GB}", "job/memory.current": f"{3 * GB}"}, 5 * GB),
        (
            "0::/slurm/job/step",
            {
                "slurm/job/step/memory.max": "max",
                "slurm/job/step/memory.current": "1",
                "slurm/job/memory.max": f"{8 * GB}",
                "slurm/job/memory.current": f"{3 * GB}",
                "slurm/job/memory.stat": f"anon 1\nfile {2 * GB}\ninactive_file {GB}",
            },
            6 * GB,
        ),
        ("0::/outside/name", {"memory.max": f"{4 * GB}", "memory.current": f"{GB}"}, 3 * GB),
        (
            "9:cpu:/x\n4:memory:/job",
            {"memory/job/memory.limit_in_bytes": f"{4 * GB}", "memory/job/memory.usage_in_bytes": f"{GB}"},
            3 * GB,
        ),
        ("0::/job", {"job/memory.max": f"{2 * GB}", "job/memory.current": f"{3 * GB}"}, 0),
    ],
    ids=["none", "no limit", "limit", "limit of the job above the step", "container", "version 1", "over the limit"],
)
def test_what_is_free_is_what_the_machine_and_every_limit_above_leave(own, groups, expected, tmp_path):
    assert available(CPU, machine(tmp_path, FREE, groups, own)) == expected


def test_this_machine_has_some_memory_and_this_process_has_taken_some():
    assert 0 < available(CPU) < 2**50
    assert 10**7 < peak(CPU) < 2**45


# ---------------------------------------------------------------------------------------------------------- what is told


def test_a_line_says_what_is_needed_and_of_what_and_warns_where_it_may_not_fit():
    found = Estimate(weights=GB, gradients=GB, optimizer=2 * GB, activations=4 * GB, head=2 * GB)
    line = describe(found, 20 * GB)
    assert (
        line == "memory: about 10.00 GB needed (weights 1.00, gradients 1.00, optimizer 2.00, activations 4.00, head 2.00), 20.00 GB free"
    )
    assert describe(found, 9 * GB).endswith("9.00 GB free; this may not fit")
    assert describe(found).endswith("head 2.00)")


def test_what_cannot_fit_is_refused_with_what_to_lower():
    wide = Estimate(weights=GB, gradients=GB, optimizer=2 * GB, activations=40 * GB, head=2 * GB)
    refuse_if_too_large(wide, 31 * GB)  # an estimate is no measurement
    with pytest.raises(
        IsoglossError, match=r"pretrain.batch_tokens: memory: about 46.00 GB needed.*20.00 GB are free. Lower pretrain.batch_tokens"
    ):
        refuse_if_too_large(wide, 20 * GB)
    with pytest.raises(IsoglossError, match="smaller encoder or vocabulary; with several GPUs.*fsdp"):
        refuse_if_too_large(wide, 3 * GB)
