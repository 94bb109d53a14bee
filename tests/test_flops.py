"""What a model costs, what a machine can, and the share of it that is used."""

import pytest
import torch

from isogloss.flops import flops_per_token, gpu_peak, mfu, parameters, peak_flops

SHAPE = {"layers": 2, "width": 32, "feed_forward": 64, "max_length": 16}


def test_parameters_are_those_of_the_real_model():
    from transformers import XLMRobertaConfig, XLMRobertaModel

    config = XLMRobertaConfig(
        vocab_size=50,
        num_hidden_layers=2,
        hidden_size=32,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=16,
        type_vocab_size=1,
    )
    model, counts = XLMRobertaModel(config, add_pooling_layer=False), parameters(SHAPE, 50)
    assert counts["body"] == sum(p.numel() for p in model.encoder.parameters())
    norm = 2 * 32
    assert counts["embedding"] == sum(p.numel() for p in model.embeddings.parameters()) - norm


def test_flops_are_those_that_torch_counts_in_the_matrix_products():
    from torch.utils.flop_counter import FlopCounterMode
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

    config = XLMRobertaConfig(
        vocab_size=50,
        num_hidden_layers=2,
        hidden_size=32,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=20,
        type_vocab_size=1,
    )
    model = XLMRobertaForMaskedLM(config)
    model.set_attn_implementation("eager")
    with FlopCounterMode(display=False) as counter:
        model(input_ids=torch.full((4, 16), 7)).logits.sum().backward()
    vectors = sum(p.numel() for p in model.roberta.encoder.parameters() if p.ndim == 1)  # counted in N, and in no product
    assert counter.get_total_flops() / 64 + 6 * vectors == flops_per_token(SHAPE, 50, 16, masked=1.0)


@pytest.mark.parametrize(
    ("name", "precision", "teraflops"),
    [
        ("NVIDIA A100-SXM4-80GB", "bf16", 312),
        ("NVIDIA A100 80GB PCIe", "fp32", 19.5),
        ("NVIDIA H100 80GB HBM3", "bf16", 989),
        ("NVIDIA H100 PCIe", "bf16", 756),
        ("NVIDIA H100 NVL", "bf16", 835),
        ("NVIDIA H200", "bf16", 989),
        ("NVIDIA L4", "bf16", 121),
        ("NVIDIA L40", "bf16", 181),
        ("NVIDIA L40S", "bf16", 362),
        ("NVIDIA A10", "bf16", 125),
        ("NVIDIA A10G", "bf16", 70),
        ("Tesla V100-SXM2-16GB", "fp32", 15.7),
        ("NVIDIA GeForce RTX 4090", "bf16", 165),
        ("NVIDIA B200", "bf16", 2250),
    ],
)
def test_the_peak_of_a_gpu_is_that_of_its_data_sheet(name, precision, teraflops):
    assert gpu_peak(name, precision) == teraflops * 1e12


@pytest.mark.parametrize(
    "name",
    ["NVIDIA GeForce RTX 4090 Laptop GPU", "NVIDIA GeForce RTX 4090 D", "NVIDIA A100-SXM4-40GB MIG 1g.5gb", "NVIDIA GeForce GTX 1080", "X"],
)
def test_a_gpu_that_nobody_knows_has_no_peak_rather_than_a_wrong_one(name):
    assert gpu_peak(name, "bf16") is None


def test_the_peak_of_a_cpu_is_measured_once_and_leaves_the_random_numbers_alone():
    before = torch.get_rng_state()
    first = peak_flops(torch.device("cpu"), "fp32")
    assert first is not None and 1e9 < first < 1e14
    assert peak_flops(torch.device("cpu"), "fp32") == first and torch.equal(torch.get_rng_state(), before)


def test_the_utilisation_is_needed_over_possible_and_none_where_nobody_knows_what_is_possible():
    assert mfu(1e6, 3e8, 1e15) == pytest.approx(0.3)
    assert mfu(1e6, 3e8, None) is None
