"""The README.md of a published model."""

from collections.abc import Mapping
from typing import Any

from .corpora.transforms import describe
from .languages import base_language


def model_card(run: Mapping[str, Any]) -> str:
    """Markdown from run.json: what it is, how it was trained, how to load it."""
    spec = run["spec"]
    languages = sorted({name for key in run["inputs"] if "/" in key for name in key.partition("/")[2].split("-")})
    listed = "".join(f'- "{language}"\n' for language in dict.fromkeys(map(base_language, languages)))
    derived = "".join(
        f"- `{language}` is made from `{base_language(language)}`: {describe(steps)}\n"
        for language, steps in spec.get("derived", {}).items()
        if language in languages
    )
    objectives = (
        ", ".join(f"{name} (weight {options.get('weight', 1)})" for name, options in spec["objectives"].items())
        or "none (random initialisation)"
    )
    return f"""---
library_name: transformers
pipeline_tag: fill-mask
language:
{listed or "- mul"}
---
# {spec["recipe"]}, seed {spec["seed"]}

A text encoder pre-trained by isogloss {run["versions"]["isogloss"]}.

- objectives: {objectives}
- trained on {run["tokens"]:,} tokens in {run["steps"]:,} steps ({run["flops"]:.3g} floating-point operations, estimated)
{derived}- everything else: `run.json` (settings, versions, inputs), `log.jsonl` (training log)

```python
from transformers import AutoModelForMaskedLM, AutoTokenizer

model, tokenizer = AutoModelForMaskedLM.from_pretrained("."), AutoTokenizer.from_pretrained(".")
```
"""
