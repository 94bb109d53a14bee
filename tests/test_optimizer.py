"""AdamW and Muon: each parameter in one place, the published updates, one rate for all, and a state that goes on to the bit."""

import copy

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertForMaskedLM, XLMRobertaConfig, XLMRobertaForMaskedLM

from isogloss.artifacts import read_jsonl
from isogloss.encoder import TransformersEncoder
from isogloss.muon import Muon, orthogonalised
from isogloss.optimizer import make_optimizer
from isogloss.trainee import Trainee
from toy import recipe, train

SETTINGS = {"learning_rate": 1e-2, "weight_decay": 0.1, "beta1": 0.9, "beta2": 0.98, "epsilon": 1e-6}
MUON = SETTINGS | {"optimizer": "muon"}
SIZES = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 40}
FAMILIES = {"bert": (BertConfig, BertForMaskedLM), "xlm-roberta": (XLMRobertaConfig, XLMRobertaForMaskedLM)}


class Projection(nn.Module):
    """An objective with parameters of its own, one of them named as if it were of the encoder."""

    def __init__(self):
        super().__init__()
        self.layer = nn.ModuleList([nn.Linear(16, 16)])
        self.temperature = nn.Parameter(torch.tensor(0.05))


def trainee(family="bert"):
    torch.manual_seed(0)
    config, model = FAMILIES[family]
    return Trainee(TransformersEncoder(model(config(**SIZES))), {"contrast": Projection()})


def give_gradients(module, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for parameter in module.parameters():
        if parameter.requires_grad:
            parameter.grad = torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype)


def groups(optimizer):
    """(class of the torch optimiser, group) of every group."""
    return [(type(part), group) for part in optimizer._optimizers for group in part.param_groups]


def parts_of(module, optimizer):
    """name -> (class, weight decay), and every name once."""
    names = {id(parameter): name for name, parameter in module.named_parameters()}
    placed = [(names[id(parameter)], (kind, group["weight_decay"])) for kind, group in groups(optimizer) for parameter in group["params"]]
    assert len(dict(placed)) == len(placed)
    return dict(placed)


# ------------------------------------------------------------------------------------------------------------------- who goes where


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("settings", [SETTINGS, SETTINGS | {"optimizer": "adamw"}, MUON], ids=["absent", "adamw", "muon"])
def test_every_trainable_parameter_is_in_exactly_one_group(family, settings):
    module = trainee(family)
    module.encoder.model.base_model.embeddings.word_embeddings.weight.requires_grad_(False)
    optimizer = make_optimizer(module, settings)
    assert set(parts_of(module, optimizer)) == {name for name, parameter in module.named_parameters() if parameter.requires_grad}
    assert {id(parameter) for parameter in optimizer.parameters} == {id(p) for p in module.parameters() if p.requires_grad}


@pytest.mark.parametrize("settings", [SETTINGS, MUON], ids=["adamw", "muon"])
def test_weights_decay_and_biases_norms_and_temperatures_do_not(settings):
    module = trainee()
    for name, (_, decay) in parts_of(module, make_optimizer(module, settings)).items():
        assert decay == (0.0 if name.endswith((".bias", "LayerNorm.weight", "temperature")) else 0.1), name


@pytest.mark.parametrize("family", FAMILIES)
def test_muon_takes_the_six_matrices_of_each_layer_and_nothing_else(family):
    module = trainee(family)
    muon = [name for name, (kind, _) in parts_of(module, make_optimizer(module, MUON)).items() if kind is Muon]
    endings = "query value key attention.output.dense intermediate.dense output.dense".split()
    start = "encoder.model." + ("bert" if family == "bert" else "roberta") + ".encoder.layer"
    expected = {f"{start}.{k}.{'attention.self.' if len(end) < 6 else ''}{end}.weight" for k in range(2) for end in endings}
    assert set(muon) == expected


# ------------------------------------------------------------------------------------------------------------------------- updates


def test_two_adamw_steps_are_the_published_update():
    """Loshchilov & Hutter 2019, algorithm 2, in float64 and written out."""
    module = trainee().double()
    optimizer, values = make_optimizer(module, SETTINGS), {name: p.detach().clone() for name, p in module.named_parameters()}
    decays = {name: decay for name, (_, decay) in parts_of(module, optimizer).items()}
    first, second = ({name: torch.zeros_like(value) for name, value in values.items()} for _ in range(2))
    for step, factor in ((1, 0.5), (2, 0.25)):
        give_gradients(module, seed=step)
        optimizer.set_rate(factor)
        rate = 1e-2 * factor
        assert optimizer.rate == rate
        optimizer.step()
        for name, parameter in module.named_parameters():
            first[name] = 0.9 * first[name] + 0.1 * parameter.grad
            second[name] = 0.98 * second[name] + 0.02 * parameter.grad**2
            direction = first[name] / (1 - 0.9**step) / ((second[name] / (1 - 0.98**step)).sqrt() + 1e-6)
            values[name] = values[name] - rate * (direction + decays[name] * values[name])
            torch.testing.assert_close(parameter.detach(), values[name], rtol=1e-10, atol=1e-12)


def test_muon_turns_the_gradient_of_a_matrix_into_a_nearly_orthogonal_one_of_the_size_of_adamw():
    """The five quintic iterations leave singular values between 0.5 and 1.5 (Jordan et al. 2024) along the gradient's own singular vectors;
    0.2 sqrt(max(A, B)) makes the root mean square of an update 0.2, as AdamW's usually is (Liu et al. 2025, section 2.2)."""
    module = trainee()
    optimizer = make_optimizer(module, MUON)
    muon = {name for name, (kind, _) in parts_of(module, optimizer).items() if kind is Muon}
    matrices = {name: parameter for name, parameter in module.named_parameters() if name in muon}
    old, polar = {name: matrix.detach().clone() for name, matrix in matrices.items()}, {}
    for name, matrix in matrices.items():
        left, _, right = torch.linalg.svd(torch.randn(matrix.shape), full_matrices=False)
        matrix.grad, polar[name] = left * torch.linspace(0.05, 1, 16) @ right, left @ right
    optimizer.set_rate(0.5)
    optimizer.step()
    for name, matrix in matrices.items():
        update = (old[name] * (1 - 5e-3 * 0.1) - matrix.detach()) / 5e-3
        values = torch.linalg.svdvals(update / (0.2 * max(update.shape) ** 0.5))
        assert 0.5 < values.min() and values.max() < 1.5
        assert torch.cosine_similarity(update.flatten(), polar[name].flatten(), dim=0) > 0.95
        assert 0.2 * 0.5 < update.square().mean().sqrt() < 0.2 * 1.5


def test_without_bf16_muon_takes_the_same_steps_in_fp32(monkeypatch):
    """Against torch's own, whose products are in bf16: equal to three digits, momentum and decay included."""

    def matrix_after_steps(kind, pays, **options):
        monkeypatch.setattr("isogloss.muon.bf16_pays", lambda device: pays)
        matrix = nn.Parameter(torch.randn(48, 20, generator=torch.Generator().manual_seed(1)))
        optimizer = kind([matrix], lr=0.1, weight_decay=0.1, **options)
        for seed in range(4):
            matrix.grad = torch.randn(48, 20, generator=torch.Generator().manual_seed(seed))
            optimizer.step()
        return matrix.detach()

    torchs = matrix_after_steps(torch.optim.Muon, True, adjust_lr_fn="match_rms_adamw")
    assert torch.equal(matrix_after_steps(Muon, True), torchs)
    ours = matrix_after_steps(Muon, False)
    assert 0 < (ours - torchs).norm() / torchs.norm() < 5e-3


@pytest.mark.parametrize("shape", [(30, 12), (12, 30), (12, 12)])
def test_orthogonalised_is_the_quintic_of_the_singular_values(shape):
    coefficients = (3.4445, -4.7750, 2.0315)
    left, values, right = torch.linalg.svd(torch.randn(shape, dtype=torch.float64), full_matrices=False)
    wanted = values / values.norm()
    for _ in range(5):
        wanted = coefficients[0] * wanted + coefficients[1] * wanted**3 + coefficients[2] * wanted**5
    found = orthogonalised(left * values @ right, coefficients, 5, 1e-7)
    torch.testing.assert_close(found, left * wanted @ right, rtol=1e-9, atol=1e-12)


# --------------------------------------------------------------------------------------------------------------------- rate, state


@pytest.mark.parametrize("settings", [SETTINGS, MUON], ids=["adamw", "muon"])
def test_a_rate_of_zero_changes_nothing_and_zero_grad_forgets(settings):
    module = trainee()
    optimizer, before = make_optimizer(module, settings), copy.deepcopy(module.state_dict())
    give_gradients(module)
    optimizer.set_rate(0.0)
    optimizer.step()
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    optimizer.zero_grad()
    assert all(parameter.grad is None for parameter in module.parameters())


@pytest.mark.parametrize("settings", [SETTINGS, MUON], ids=["adamw", "muon"])
def test_a_restored_state_goes_on_to_the_same_bits(settings, tmp_path):
    def steps(module, optimizer, seeds):
        for seed in seeds:
            give_gradients(module, seed)
            optimizer.set_rate(1 / (1 + seed))
            optimizer.step()

    module = trainee()
    optimizer = make_optimizer(module, settings)
    steps(module, optimizer, range(3))
    torch.save([module.state_dict(), optimizer.state_dict()], tmp_path / "state.pt")
    steps(module, optimizer, range(3, 5))

    again = trainee()
    resumed = make_optimizer(again, settings)
    weights, moments = torch.load(tmp_path / "state.pt", weights_only=True)
    again.load_state_dict(weights)
    resumed.load_state_dict(moments)
    steps(again, resumed, range(3, 5))
    assert all(torch.equal(value, module.state_dict()[name]) for name, value in again.state_dict().items())

    fresh = trainee()
    fresh.load_state_dict(weights)
    steps(fresh, make_optimizer(fresh, settings), range(3, 5))
    assert not all(torch.equal(value, module.state_dict()[name]) for name, value in fresh.state_dict().items())  # so moments matter


def test_muon_trains_a_masked_language_model(toy, tmp_path):
    spec = recipe({"mlm": {}}, steps=60, log_every=10, encoder={"dropout": 0.0}, optimizer="muon")
    losses = [record["loss/mlm"] for record in read_jsonl(train(toy, spec, tmp_path, steps=None) / "log.jsonl")]
    assert losses[-1] < losses[0] - 0.3
