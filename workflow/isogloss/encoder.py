"""A plain transformers masked language model, seen as an encoder: states of a batch, and the head on chosen states.

No objective here, and nothing that a published checkpoint would not hold.
"""

from pathlib import Path
from typing import Any

import torch
from torch import nn

from .attention import NAME, Rule, realised, register
from .batch import Batch
from .cross_entropy import vocabulary_cross_entropy
from .dropout import use_quarter_dropout
from .errors import IsoglossError
from .memory import LOGITS_BYTES

SMALL = 2e7  # parameters of the layers, below which a GPU step is launching rather than computing (docs/performance.md)
MOST_KINDS = 64  # of calls: every state or the last, ids or embeddings, each kind of mask, with and without gradients
FAMILIES = ("bert", "xlm-roberta", "roberta", "camembert")


class TransformersEncoder(nn.Module):
    """Wraps BertForMaskedLM, XLMRobertaForMaskedLM or a relative; `model` is what is published."""

    def __init__(self, model) -> None:
        super().__init__()
        register()
        model.set_attn_implementation(NAME)
        if not torch.cuda.is_available():
            model.base_model.embeddings.register_forward_hook(_as_products)
            use_quarter_dropout(model)
        self.model = model
        self.body = model.base_model.forward  # what is compiled on a GPU

    def compile_body(self) -> None:
        """Compile what all objectives run, once per kind of call: rows have one shape. Small models are launched as CUDA graphs."""
        torch._dynamo.config.recompile_limit = MOST_KINDS
        small = sum(parameter.numel() for parameter in self.model.base_model.encoder.parameters()) < SMALL
        self.body = torch.compile(self.body, dynamic=False, mode="reduce-overhead" if small and self.model.device.type == "cuda" else None)

    @property
    def width(self) -> int:
        """H, the size of a state."""
        return self.model.config.hidden_size

    def forward(self, batch: Batch, rule: Rule, added: torch.Tensor | None = None) -> torch.Tensor:
        """States of the last layer, (R, L, H), of cells that attend as the rule says; `added` (R, L, H) goes over the word embeddings."""
        return self._run(batch, rule, added).last_hidden_state

    def all_states(self, batch: Batch, rule: Rule, added: torch.Tensor | None = None) -> tuple[torch.Tensor, ...]:
        """States of every layer, (R, L, H) each: the embedding output first, the last layer last."""
        return self._run(batch, rule, added, output_hidden_states=True).hidden_states

    def _run(self, batch: Batch, rule: Rule, added: torch.Tensor | None, **options: Any):
        device = batch.ids.device.type
        dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else self.model.dtype
        cells = {"input_ids": batch.ids} if added is None else {"inputs_embeds": self.model.get_input_embeddings()(batch.ids) + added}
        return self.body(**cells, position_ids=batch.positions, **realised(rule, batch, dtype), **options)

    def token_loss(self, states: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """(sum of the cross-entropies in nats, number of right guesses) where the batch asks for tokens, from states (R, L, H).

        The head sees these cells only, and its logits never exist all at once.
        """
        cells, labels = batch.asked()
        transformed = self._head_transform(states.flatten(0, 1)[cells])
        decoder = self.model.get_output_embeddings()
        return vocabulary_cross_entropy(transformed, decoder.weight, decoder.bias, labels)

    def token_logits(self, states: torch.Tensor) -> torch.Tensor:
        """The masked-language-model head on states (K, H): logits (K, V), in float32 at least."""
        logits = self.model.get_output_embeddings()(self._head_transform(states))
        return logits.to(torch.promote_types(logits.dtype, torch.float32))

    @torch.no_grad()
    def best_tokens(self, states: torch.Tensor, never: torch.Tensor) -> torch.Tensor:
        """(K,) the likeliest token of states (K, H), by the head; none of the ids `never`. A few logits exist at a time."""
        rows = max(1, LOGITS_BYTES // (4 * self.model.config.vocab_size))
        chunks = [self.token_logits(chunk).index_fill_(1, never, float("-inf")).argmax(1) for chunk in states.split(rows)]
        return torch.cat(chunks) if chunks else states.new_zeros(0, dtype=torch.long)

    def _head_transform(self, states: torch.Tensor) -> torch.Tensor:
        """The head without its decoder: dense, GELU, layer norm."""
        if hasattr(self.model, "cls"):
            return self.model.cls.predictions.transform(states)
        head = self.model.lm_head
        return head.layer_norm(nn.functional.gelu(head.dense(states)))


def _as_products(module: nn.Module, inputs: Any, states: torch.Tensor) -> torch.Tensor:
    """States in the type that autocast computes matrix products in, from the embeddings on; each layer hands on what it gets.

    On a CPU they would be cast to it four times a layer and back. (On a GPU autocast has the norms return fp32 all the same.)
    """
    return states.to(torch.get_autocast_dtype("cpu")) if torch.is_autocast_enabled("cpu") else states


def first_position(config: Any) -> int:
    """Position id of the first token: the RoBERTa family starts after its padding id, BERT at 0."""
    return 0 if config.model_type == "bert" else config.pad_token_id + 1


def new_model(spec: dict[str, Any], tokenizer):
    """A model with random weights (N(0, 0.02), drawn from torch's global generator) from the config section `encoder`."""
    from transformers import BertConfig, BertForMaskedLM, XLMRobertaConfig, XLMRobertaForMaskedLM

    family, start = {
        "bert": ((BertConfig, BertForMaskedLM), 0),
        "xlm-roberta": ((XLMRobertaConfig, XLMRobertaForMaskedLM), tokenizer.pad_token_id + 1),
    }[spec["architecture"]]
    config_class, model_class = family
    config = config_class(
        vocab_size=len(tokenizer),
        num_hidden_layers=spec["layers"],
        hidden_size=spec["width"],
        num_attention_heads=spec["heads"],
        intermediate_size=spec["feed_forward"],
        hidden_dropout_prob=spec["dropout"],
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=spec["max_length"] + start,
        type_vocab_size=1 if spec["architecture"] == "xlm-roberta" else 2,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
    )
    return model_class(config)


def load_model(source: str | Path, spec: dict[str, Any], tokenizer):
    """The model of a checkpoint directory or hub name, checked against the vocab and the length it shall be trained with.

    Dropout comes from the config section `encoder`. Weights are read from safetensors or with `weights_only`; no code is run.
    """
    from transformers import AutoConfig, AutoModelForMaskedLM

    where = f"checkpoint {source}"
    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        if config.model_type not in FAMILIES:
            raise IsoglossError(where, f"is a {config.model_type} model", f"allowed: {', '.join(FAMILIES)}", "Choose another checkpoint")
        config.hidden_dropout_prob, config.attention_probs_dropout_prob = spec["dropout"], 0.0  # `attend` drops no weights
        model, report = AutoModelForMaskedLM.from_pretrained(
            source, config=config, trust_remote_code=False, dtype=torch.float32, output_loading_info=True
        )
    except IsoglossError:
        raise
    except Exception as error:  # a foreign checkpoint fails in many ways (json, safetensors, pickle, shapes)
        raise IsoglossError(
            where,
            f"cannot be loaded ({type(error).__name__}: {error})".splitlines()[0],
            "a directory or hub name with a masked language model",
            "Check it",
        ) from error
    if missing := sorted(report["missing_keys"]):
        raise IsoglossError(
            where,
            f"lacks {', '.join(missing[:3])}{' ...' if missing[3:] else ''}",
            "all weights of a masked language model",
            "Choose another checkpoint",
        )
    if config.vocab_size < len(tokenizer):
        raise IsoglossError(
            where, f"knows {config.vocab_size} tokens", f"the vocab has {len(tokenizer)}", "Use the checkpoint's own tokenizer as the vocab"
        )
    longest = config.max_position_embeddings - first_position(config)
    if longest < spec["max_length"]:
        raise IsoglossError(
            where, f"has positions for {longest} tokens", f"encoder.max_length is {spec['max_length']}", "Lower encoder.max_length"
        )
    return model


def load_tagger(source: Path, labels: tuple[str, ...], *, trained: bool):
    """A token classifier: with the head that was fine-tuned (`trained`), or a fresh one on the encoder of a published model."""
    from transformers import AutoModelForTokenClassification

    return _load_with_head(AutoModelForTokenClassification, source, labels, trained)


def load_classifier(source: Path, labels: tuple[str, ...], *, trained: bool):
    """A classifier on the state of the first token, by transformers' own head of the family; `trained` as in `load_tagger`."""
    from transformers import AutoModelForSequenceClassification

    return _load_with_head(AutoModelForSequenceClassification, source, labels, trained)


def load_reader(source: Path, *, trained: bool):
    """A model that scores each token as the start and as the end of an answer; `trained` as in `load_tagger`."""
    from transformers import AutoModelForQuestionAnswering

    return _load_with_head(AutoModelForQuestionAnswering, source, (), trained)


def _load_with_head(model_class, source: Path, labels: tuple[str, ...], trained: bool):
    names = dict(enumerate(labels))
    named = {"num_labels": len(labels), "id2label": names, "label2id": {name: k for k, name in names.items()}} if labels else {}
    model, report = model_class.from_pretrained(source, **named, trust_remote_code=False, output_loading_info=True)
    if trained and report["missing_keys"]:
        raise IsoglossError(
            str(source), f"has no trained {', '.join(sorted(report['missing_keys']))}", "a fine-tuned model", "Fine-tune it again"
        )
    return model


def load_bare_model(source: Path):
    """The encoder of a published model without any head."""
    from transformers import AutoModel

    return AutoModel.from_pretrained(source, trust_remote_code=False)


def place(model, device: torch.device):
    """Move a model to where it computes, with the attention that is fast there, and dropout and states that are cheap there.

    On a CPU that is the plain one: in bf16 and with short rows torch's fused attention takes half of a step, the plain one a tenth
    (benchmarks/attention.py). And its weights are copied: those of a file begin wherever its header ends, and the last digits of a
    product hang on where a matrix begins, so that a model that was written and read again would not quite be the same.
    """
    model.set_attn_implementation("eager" if device.type == "cpu" else "sdpa")
    if device.type == "cpu":
        model.base_model.embeddings.register_forward_hook(_as_products)
        use_quarter_dropout(model)
        for parameter in model.parameters():
            parameter.data = parameter.data.clone()
    return model.to(device)


def quiet() -> None:
    """No progress bars and load reports from transformers in a job's log; errors still come as exceptions."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
