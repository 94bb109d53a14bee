"""Which layer stands for a model where all are scored."""


def headline_layer(layers: int) -> int:
    """The layer a table shows for a model of `layers` layers: two thirds up (8 of 12), fixed before anyone saw a test score."""
    return 2 * layers // 3
