"""Which layer's states an objective looks at."""

from ..encoder import TransformersEncoder
from ..errors import IsoglossError


def checked_layer(objective: str, layer: int | None, share: float, encoder: TransformersEncoder) -> int:
    """A layer that the encoder has, 0 for its embeddings; None: the one at `share` of its depth. Raises IsoglossError for another."""
    layers = encoder.model.config.num_hidden_layers
    if layer is None:
        return round(share * layers)
    if not 0 <= layer <= layers:
        raise IsoglossError(
            f"objective {objective}", f"layer: {layer}", f"0 (the embeddings) to {layers}, or null", "Correct it in the recipe"
        )
    return layer
