"""What all sections of config.yaml share: types of values, a mapping of known keys, and how one section is laid over another."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from ..languages import PIVOT

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=60)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[a-z0-9]+)?$")]
Pair = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[a-z0-9]+)?-[a-z]{2,3}(_[a-z0-9]+)?$")]
Count = Annotated[int, Field(ge=1)]
Fraction = Annotated[float, Field(ge=0, le=1)]
OpenFraction = Annotated[float, Field(gt=0, lt=1)]
PivotLanguage = PIVOT


class Section(BaseModel):
    """A mapping whose keys are all known; values are never converted (YAML's `no` is not a language, "5e-4" not a number)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def diff_of(name: str, *sections: type[Section], **more: Any) -> type[Section]:
    """A section with every key of `sections` optional: a variant is a diff against the defaults."""
    keys: dict[str, Any] = {
        key: (field.rebuild_annotation() | None, Field(default=None, description=field.description))
        for section in sections
        for key, field in section.model_fields.items()
    }
    return create_model(name, __base__=Section, **{**keys, **more})


def overlaid(base: Section, diff: Section) -> Any:
    """`base` with the keys that `diff` gives; of its class."""
    given = {key: value for key in type(base).model_fields if (value := getattr(diff, key)) is not None}
    return base.model_copy(update=given)


def as_list(value: str | list[str]) -> list[str]:
    """The paths of a key that takes one or several."""
    return value if isinstance(value, list) else [value]
