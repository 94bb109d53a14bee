"""text -> vocab: train a SentencePiece vocabulary, or adopt an existing Hugging Face tokenizer. Both load with AutoTokenizer.

    mono/{lang}.parquet --sampled by size ** alpha--> SentencePiece unigram --> tokenizer.json (+ sentencepiece.model)

Where a language is derived by the step `script`, every piece has a mirror image: its characters mapped, its score the same.

The ids of the SentencePiece model and of the published tokenizer are the same: <s> 0, <pad> 1, </s> 2, <unk> 3, <mask> 4.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .artifacts import MANIFEST, atomic_directory, iter_parquet, read_directory, read_parquet_summary
from .corpora.transforms.script import script
from .errors import IsoglossError

THREADS = 4  # of the SentencePiece trainer; fixed, because the number of threads changes the sums and so the vocabulary
LONGEST_LINE = 8192  # bytes; SentencePiece leaves out longer lines


def make_vocab(spec: Mapping[str, Any], mono: Mapping[str, Path], out: Path) -> None:
    """Write the vocab artifact: tokenizer files and a manifest with its fingerprint.

    Args:
        spec: the slice of the config (`vocabs.<name>`).
        mono: language -> mono artifact, of languages that are not derived; unused for an existing tokenizer.
    """
    with atomic_directory(out, "vocab") as (directory, manifest):
        tokenizer = _adopt(spec["tokenizer"]) if "tokenizer" in spec else _train(spec, mono, directory)
        tokenizer.save_pretrained(directory)
        manifest.update(
            size=len(tokenizer),
            fingerprint=hashlib.sha256((directory / "tokenizer.json").read_bytes()).hexdigest(),
            source=spec.get("tokenizer", "sentencepiece"),
            unknown_id=tokenizer.unk_token_id,
            mirrored=len(mirror_ids(tokenizer)) if spec.get("mirror") else 0,
        )


def load_vocab(path: str | Path):
    """The tokenizer of a vocab artifact (a transformers tokenizer with a fast backend)."""
    read_directory(path, "vocab")
    return load_tokenizer(str(path))


def vocab_fingerprint(path: str | Path) -> str:
    return read_directory(path, "vocab")["fingerprint"]


def copy_tokenizer(vocab: Path, directory: Path) -> None:
    """Put the tokenizer files of a vocab artifact into a model directory."""
    for file in sorted(Path(vocab).iterdir()):
        if file.is_file() and file.name != MANIFEST and not file.name.startswith("."):
            (directory / file.name).write_bytes(file.read_bytes())


def _adopt(name: str):
    tokenizer = load_tokenizer(name)
    missing = [role for role in ("cls_token", "sep_token", "pad_token", "mask_token", "unk_token") if getattr(tokenizer, role) is None]
    if missing:
        raise IsoglossError(
            f"tokenizer {name}",
            f"lacks {', '.join(missing)}",
            "the tokenizer of a masked language model (BERT, XLM-R, ...)",
            "Choose another",
        )
    return tokenizer


def load_tokenizer(name: str | Path):
    """A transformers tokenizer with a fast backend, from a directory or a hub name; no remote code."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise IsoglossError(
            f"tokenizer {name}",
            f"cannot be loaded ({str(error).splitlines()[0]})",
            "a directory or hub name that AutoTokenizer loads",
            "Check it",
        ) from error
    if not tokenizer.is_fast:
        raise IsoglossError(
            f"tokenizer {name}", "has no fast (tokenizers) backend", "a tokenizer.json", "Convert it with transformers first"
        )
    return tokenizer


def encode_plain(tokenizer, texts: Sequence[str]) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
    """Yield (ids, character span of each id) per text: whole, without special tokens.

    No text can inject a special token: what spells one ("<mask>") is read as text, and where a Unigram model has a piece of that
    very name, as <unk>.
    """
    backend = _plain_backend(tokenizer)
    special = frozenset(tokenizer.all_special_ids)
    for encoding in backend.encode_batch(list(texts), add_special_tokens=False):
        yield [tokenizer.unk_token_id if piece in special else piece for piece in encoding.ids], encoding.offsets


def encode_pairs(tokenizer, pairs: Sequence[tuple[str, str]], max_length: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield (ids, token types) per pair, in the tokenizer's own template: XLM-R `<s> a </s> </s> b </s>`, BERT `[CLS] a [SEP] b [SEP]`.

    What is too long loses tokens at the end of its longer side, one at a time. As in `encode_plain` no text injects a special token.
    """
    backend = _plain_backend(tokenizer)
    backend.enable_truncation(max_length, strategy="longest_first")
    encoded = backend.encode_batch(list(pairs))
    backend.no_truncation()  # it would be saved with the tokenizer
    special = frozenset(tokenizer.all_special_ids)
    for encoding in encoded:
        marks = zip(encoding.ids, encoding.special_tokens_mask, strict=True)
        yield [tokenizer.unk_token_id if piece in special and not own else piece for piece, own in marks], encoding.type_ids


def pair_template(tokenizer) -> tuple[tuple[list[int], list[int], list[int]], tuple[int, int]]:
    """The special tokens (before the first text, between the two, after the second) of a pair, and the token type of either text.

    What stands before the second text has the type of the first, as in `encode_pairs`.
    """
    found = _plain_backend(tokenizer).encode("a", "b")
    texts = [k for k, special in enumerate(found.special_tokens_mask) if not special]
    sides = [[k for k in texts if found.sequence_ids[k] == side] for side in (0, 1)]
    inner, outer = sides[0][-1] + 1, sides[1][-1] + 1
    parts = found.ids[: sides[0][0]], found.ids[inner : sides[1][0]], found.ids[outer:]
    return parts, (found.type_ids[sides[0][0]], found.type_ids[sides[1][0]])


def _plain_backend(tokenizer):
    """The backend set to whole texts of any length in which no special token is recognised."""
    backend = tokenizer.backend_tokenizer
    backend.encode_special_tokens = True
    backend.no_truncation()
    backend.no_padding()
    return backend


# -------------------------------------------------------------------------------------------------------- SentencePiece


def _train(spec: Mapping[str, Any], mono: Mapping[str, Path], directory: Path):
    import sentencepiece

    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=sample_sentences(mono, spec["alpha"], spec["sentences"]),
            model_writer=model,
            model_type="unigram",
            vocab_size=spec["size"],
            byte_fallback=spec["byte_fallback"],
            character_coverage=spec["character_coverage"],
            bos_id=0,
            pad_id=1,
            eos_id=2,
            unk_id=3,
            bos_piece="<s>",
            pad_piece="<pad>",
            eos_piece="</s>",
            unk_piece="<unk>",
            control_symbols=["<mask>"],
            shuffle_input_sentence=False,
            max_sentence_length=LONGEST_LINE,
            num_threads=THREADS,
            minloglevel=2,
        )
    except RuntimeError as error:  # "Vocabulary size too high (8000). Please set it to a value <= 812."
        raise IsoglossError(
            "vocab",
            f"SentencePiece says: {str(error).splitlines()[-1].rpartition('] ')[2].strip()}",
            "",
            "Change vocabs.<name>.size, or add text",
        ) from error
    trained = with_mirror_images(model.getvalue()) if spec.get("mirror") else model.getvalue()
    (directory / "sentencepiece.model").write_bytes(trained)
    return tokenizer_of(trained)


def with_mirror_images(model: bytes) -> bytes:
    """A SentencePiece model with the image under `script` of every learnt piece behind its own pieces, in their order.

    What has no image of its own stays shared: special pieces, bytes, the bare metaspace; and a piece of foreign letters that is the
    image of another one already.
    """
    from sentencepiece import sentencepiece_model_pb2

    proto = sentencepiece_model_pb2.ModelProto.FromString(model)  # type: ignore[attr-defined]
    there = {piece.piece for piece in proto.pieces}
    learnt = [piece for piece in proto.pieces if piece.type == piece.NORMAL]
    for piece in learnt:
        if (twin := script(piece.piece)) not in there:
            proto.pieces.add(piece=twin, score=piece.score, type=piece.type)
    proto.trainer_spec.vocab_size = len(proto.pieces)
    return proto.SerializeToString()


def mirror_ids(tokenizer) -> dict[int, int]:
    """{id of a piece: id of its mirror image}, for all pieces that have one and are none."""
    ids, special = tokenizer.get_vocab(), frozenset(tokenizer.all_special_ids)
    pairs = ((piece, script(piece)) for piece in sorted(ids, key=ids.__getitem__) if ids[piece] not in special)
    return {ids[piece]: ids[twin] for piece, twin in pairs if twin != piece and twin in ids}


def sample_sentences(mono: Mapping[str, Path], alpha: float, sentences: int) -> Iterator[str]:
    """Lines of all languages, each language with a share in proportion to size ** alpha (XLM-R, section 3.1), evenly spaced.

    A small language is repeated, a large one thinned; at most `sentences` lines, or as many as there are.
    """
    sizes = {language: read_parquet_summary(path, "mono")["rows"] for language, path in mono.items()}
    total, mass = min(sentences, sum(sizes.values())), sum(size**alpha for size in sizes.values())
    for language in sorted(mono):
        size = sizes[language]
        quota = round(total * size**alpha / mass)
        for row, (text, _) in enumerate(iter_parquet(mono[language], "mono")):
            for _ in range((row + 1) * quota // size - row * quota // size):
                yield text


def tokenizer_of(model: bytes):
    """A transformers tokenizer with exactly the pieces, scores, ids and normalisation of a SentencePiece unigram model."""
    from sentencepiece import sentencepiece_model_pb2
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    proto = sentencepiece_model_pb2.ModelProto.FromString(model)  # type: ignore[attr-defined]
    pieces = [(piece.piece, piece.score) for piece in proto.pieces]
    backend = Tokenizer(models.Unigram(pieces, unk_id=proto.trainer_spec.unk_id, byte_fallback=proto.trainer_spec.byte_fallback))
    # Precompiled alone loses marks after compatibility characters and does not compose jamo; NFKC before it mends both. SentencePiece
    # keeps one character that NFKC would change, the full-width tilde: it hides behind a noncharacter meanwhile. A literal "▁" is a
    # space to it; made one here, or a mark after it is lost too.
    charsmap = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
    unicode = [
        normalizers.Replace("▁", " "),
        normalizers.Replace("～", "\uffff"),
        normalizers.NFKC(),
        normalizers.Replace("\uffff", "～"),
        charsmap,
    ]
    spaces = [normalizers.Replace(Regex(r"\A +| +\z"), ""), normalizers.Replace(Regex(" {2,}"), " ")]
    backend.normalizer = normalizers.Sequence([*unicode, *spaces])
    backend.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    byte_decoders = [decoders.ByteFallback()] if proto.trainer_spec.byte_fallback else []
    backend.decoder = decoders.Sequence([*byte_decoders, decoders.Metaspace(replacement="▁", prepend_scheme="always")])
    ids = {name: backend.token_to_id(name) for name in ("<s>", "</s>")}
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[(name, ids[name]) for name in ids]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        **{"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"},
        mask_token=AddedToken("<mask>", lstrip=True, special=True),
        model_input_names=["input_ids", "attention_mask"],
    )
