"""What is found in source directories and in the archives there."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.tasks import TASKS, get_task
from isogloss.tasks.published import DEPTH, find_published, open_sources
from reading import there, written

PANX, XNLI = get_task("panx"), get_task("xnli")
TEXT = b"de:Ada\tB-PER\n"

# ---------------------------------------------------------------------------------------------------------------- finding


@pytest.mark.parametrize("name", TASKS)
def test_every_layout_finds_what_is_called_so(tmp_path, name):
    """The names that a layout gives to a language and split are found as that language and split."""
    for number, layout in enumerate(get_task(name).layouts):
        lang = (layout.languages or [*layout.codes, "de"])[0]
        for split, word in layout.splits.items():
            code = layout.codes.get(lang, lang)
            names = [pattern.format(split=word, code=code, any="x") for pattern in layout.files]
            source = written(tmp_path / f"{number}-{split}", {f"a/b/{name}": "" for name in names})
            renamed = "translated" if get_task(name).machine_translated and split == "train" else split
            assert there(name, source)[lang, renamed] == [name.rpartition("/")[2] for name in names]


def test_the_first_layout_wins(tmp_path):
    assert there("panx", written(tmp_path, {"de/dev": "", "dev-de.tsv": "", "de/test": ""})) == {
        ("de", "dev"): ["dev-de.tsv"],
        ("de", "test"): ["test"],
    }


def test_two_files_of_one_place_are_refused_unless_they_are_the_same(tmp_path):
    source = written(tmp_path, {"a/dev-de.tsv": "x", "b/dev-de.tsv": "x", "b/dev-de.tsv.gz": "x"})
    assert set(there("panx", source)) == set(there("panx", source, source / "a")) == {("de", "dev")}
    written(tmp_path, {"b/dev-de.tsv": "y"})
    with pytest.raises(IsoglossError, match=r"b/dev-de\.tsv: is the dev set of de, as .*a/dev-de\.tsv is"):
        there("panx", source)


def test_a_set_needs_all_of_its_files(tmp_path):
    assert there("tatoeba", written(tmp_path, {"tatoeba.deu-eng.deu": "", "tatoeba.fra-eng.fra": "", "tatoeba.fra-eng.eng": ""})) == {
        ("fr", "test"): ["tatoeba.fra-eng.fra", "tatoeba.fra-eng.eng"]
    }


def test_languages_that_xtreme_does_not_have_are_found_by_their_codes(tmp_path):
    names = ["dev-gsw.tsv", "dev-en_inverted.tsv", "dev-de-inv.tsv", "dev-readme.tsv", "xdev-de.tsv", "devs-de.tsv", "dev-fr.tsv.bak"]
    assert set(there("panx", written(tmp_path, dict.fromkeys(names, "")))) == {(lang, "dev") for lang in ("gsw", "en_inverted", "de-inv")}


def test_files_are_found_to_the_depth(tmp_path):
    folders = [f"{k}/" * k for k in range(DEPTH + 2)]
    source = written(
        tmp_path, {f"{folder}dev-{code}.tsv": "" for folder, code in zip(folders, "aa bb cc dd ee ff gg".split(), strict=True)}
    )
    assert [lang for lang, _ in there("panx", source)] == "aa bb cc dd ee ff".split()


def test_a_source_that_is_no_directory_is_named(tmp_path):
    with pytest.raises(IsoglossError, match="absent: there is no directory here. expected the files of task panx"):
        find_published(PANX, [tmp_path / "absent"])
    with open_sources([tmp_path / "absent"], PANX) as sources, pytest.raises(IsoglossError, match="there is no directory here"):
        find_published(PANX, sources)


@given(st.lists(st.sampled_from(["dev-de.tsv", "train-de.tsv", "de/dev", "de/train", "dev-fr.tsv", "fr/test", "x/notes"]), unique=True))
def test_what_is_found_does_not_depend_on_what_else_is_there(tmp_path_factory, names):
    source = written(tmp_path_factory.mktemp("s"), dict.fromkeys(names, ""))
    found = there("panx", source)
    for lang, split in [("de", "dev"), ("de", "train"), ("fr", "dev"), ("fr", "test")]:
        expected = [name for name in (f"{split}-{lang}.tsv", f"{lang}/{split}") if name in names]
        assert found.get((lang, split)) == ([expected[0].rpartition("/")[2]] if expected else None)


# --------------------------------------------------------------------------------------------------------------- archives


def tar(members, mode="w"):
    """The bytes of a tar of {name: bytes, or the target of a link}."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            if isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
            else:
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content) if isinstance(content, bytes) else None)
    return stream.getvalue()


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (stat.S_IFLNK if isinstance(content, str) else stat.S_IFREG) << 16
            archive.writestr(member, content)
    return stream.getvalue()


PACKERS = {
    ".zip": zipped,
    ".tar": tar,
    ".tar.gz": lambda members: tar(members, "w:gz"),
    ".tgz": lambda members: tar(members, "w:gz"),
    ".tar.bz2": lambda members: tar(members, "w:bz2"),
    ".tar.xz": lambda members: tar(members, "w:xz"),
}
LANGUAGE = {"./train": TEXT, "dev": TEXT, "test": TEXT, "extra": b"x"}


def read_all(task, *sources):
    """{(language, split): records} of sources with archives, and everything that was unpacked."""
    with open_sources(sources, task) as places:
        found = {key: list(p.read(p.files, *key)) for key, p in task.published(places).items()}
        unpacked = [path.relative_to(place).as_posix() for place in places[len(sources) :] for path in place.rglob("*") if path.is_file()]
    assert not any(place.exists() for place in places[len(sources) :])
    return found, sorted(unpacked)


@pytest.mark.parametrize("suffix", PACKERS)
def test_an_archive_is_a_folder_of_its_name(tmp_path, suffix):
    source = written(
        tmp_path, {f"x/data{suffix}": PACKERS[suffix]({"d/dev-de.tsv": b"Ada\tB-PER\n", "d/readme.tsv": b"x", "d/de/dev": TEXT})}
    )
    found, unpacked = read_all(PANX, source)
    assert [record["tokens"] for record in found["de", "dev"]] == [["Ada"]] and set(found) == {("de", "dev")}
    assert unpacked == [f"x/data{suffix}/d/de/dev", f"x/data{suffix}/d/dev-de.tsv"]
    assert [path.name for path in source.rglob("*") if path.is_file()] == [f"data{suffix}"]  # nothing is left there


@pytest.mark.parametrize("outer", [".zip", ".tar"])
def test_panx_as_published(tmp_path, outer):
    packed = {f"panx_dataset/{lang}.tar.gz": tar(LANGUAGE, "w:gz") for lang in ("de", "fr")}
    found, unpacked = read_all(PANX, written(tmp_path, {f"panx_dataset{outer}": PACKERS[outer]({**packed, "panx_dataset/README": b""})}))
    assert set(found) == {(lang, split) for lang in ("de", "fr") for split in ("train", "dev", "test")}
    assert found["de", "test"] == [{"id": "de-test-0", "tokens": ["Ada"], "tags": ["B-PER"]}]
    assert all(name.endswith(("/train", "/dev", "/test")) for name in unpacked) and len(unpacked) == 6


def test_directories_without_archives_are_taken_as_they_are(tmp_path):
    source = written(tmp_path, {"dev-de.tsv": TEXT})
    with open_sources([source], PANX) as places:
        assert places == [source]


def test_archives_and_files_beside_them(tmp_path):
    source = written(tmp_path, {"XNLI-1.0.zip": zipped({"XNLI-1.0/dev-de.tsv": b"a\tb\tneutral\n"}), "train-en.tsv": "a\tb\tneutral\n"})
    assert set(read_all(XNLI, source, written(tmp_path / "empty", {}))[0]) == {("de", "dev"), ("en", "train")}


def test_alignment_has_no_layouts_and_gets_all(tmp_path):
    found, unpacked = read_all(get_task("alignment"), written(tmp_path, {"a.zip": zipped({"d/en-fr.tsv": b"a\tb\t0-0\n", "readme": b""})}))
    assert [record["sure"] for record in found["fr", "test"]] == [[[0, 0]]] and unpacked == ["a.zip/d/en-fr.tsv", "a.zip/readme"]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_single_files_may_be_compressed(tmp_path, pack):
    found, unpacked = read_all(
        PANX, written(tmp_path, {"dev-de.tsv.gz": pack(TEXT), "fr.tgz": tar({"fr/dev.gz": pack(b"x\tO\n")}, "w:gz")})
    )
    assert [record["tokens"] for record in found["de", "dev"] + found["fr", "dev"]] == [["Ada"], ["x"]]
    assert unpacked == ["fr.tgz/fr/dev.gz"]


@pytest.mark.parametrize("name", ["../de/dev", "/tmp/de/dev", "x/../../de/dev"])
@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_no_member_leaves_its_folder(tmp_path, suffix, name):
    source = written(tmp_path, {f"a{suffix}": PACKERS[suffix]({name: TEXT})})
    with pytest.raises(IsoglossError, match=rf"a\{suffix}: holds `.*de/dev`, which lies outside of it"):
        read_all(PANX, source)


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_links_are_passed_over(tmp_path, suffix):
    secret = written(tmp_path / "secret", {"dev": TEXT})
    source = written(tmp_path / "s", {f"a{suffix}": PACKERS[suffix]({"de": str(secret), "fr/dev": str(secret / "dev"), "fr/test": TEXT})})
    assert set(read_all(PANX, source)[0]) == {("fr", "test")}


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_damaged_archive_is_named(tmp_path, suffix):
    whole = PACKERS[suffix]({"de/dev": bytes(range(256)) * 40, "de/test": TEXT})
    for damaged in (whole[: len(whole) // 2], b"no archive at all", b""):
        with pytest.raises(IsoglossError, match=rf"a\{suffix}: cannot be read to its end"):
            read_all(PANX, written(tmp_path, {f"a{suffix}": damaged}))


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_changed_byte_is_noticed_by_the_checksum(tmp_path, compress):
    packed = bytearray(compress(tar({"de/dev": TEXT})))
    packed[-6 if compress is gzip.compress else -20] ^= 1
    suffix = {gzip.compress: "gz", bz2.compress: "bz2", lzma.compress: "xz"}[compress]
    with pytest.raises(IsoglossError, match="cannot be read to its end"):
        read_all(PANX, written(tmp_path, {f"a.tar.{suffix}": bytes(packed)}))


def test_a_damaged_archive_inside_an_archive_is_named(tmp_path):
    with pytest.raises(IsoglossError, match=r"o\.zip/\.?de\.tar\.gz: cannot be read to its end"):
        read_all(PANX, written(tmp_path, {"o.zip": zipped({"de.tar.gz": tar(LANGUAGE, "w:gz")[:60]})}))
