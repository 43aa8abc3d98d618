"""Collects the texts of the program for the translators: ``python -m tests.messages``, or ``make messages``.

Swedish is what the sources say. The catalogue holds every text of the Python files and the templates: a new one is
added with an empty translation, one that is gone is dropped, and the others keep theirs. The compiled catalogue, which
is what Django reads, lies beside it. GNU gettext is not needed.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE = Path(__file__).resolve().parent.parent
PACKAGES = ("finsam_tracker", "initiatives", "participants", "reports")
# The demo federation is data, and speaks the language of its figures; a migration says again what a model says.
LEFT_OUT = ("finsam_tracker/demo/", "/migrations/")
CATALOGUE = BASE / "finsam_tracker" / "locale" / "en" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")

ABOUT = "# The English texts. make messages collects them anew and keeps what is translated."

SINGULAR = ("_", "gettext", "gettext_lazy", "gettext_noop")
WITH_PLURAL = ("ngettext", "ngettext_lazy")
IN_CONTEXT = ("pgettext", "pgettext_lazy")
IN_CONTEXT_WITH_PLURAL = ("npgettext", "npgettext_lazy")
HAVE_CONTEXT, HAVE_PLURAL = (*IN_CONTEXT, *IN_CONTEXT_WITH_PLURAL), (*WITH_PLURAL, *IN_CONTEXT_WITH_PLURAL)
NAMES = {*SINGULAR, *HAVE_CONTEXT, *HAVE_PLURAL}
TEMPLATE_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


class Text(NamedTuple):
    """What is to be translated. Two texts that read the same are one, unless their contexts differ."""

    id: str | tuple[str, ...]
    context: str | None


class EnglishCatalog(Catalog):
    """Headers that say nothing of when and where it was written, so that only a changed text changes the file."""

    mime_headers = [
        ("Project-Id-Version", "finsam-tracker"),
        ("Language", "en"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
    ]

    def __init__(self) -> None:
        super().__init__(locale="en", charset="utf-8", header_comment=ABOUT, fuzzy=False)


def sources() -> list[Path]:
    """Every file with a text for people, in the order of its name."""
    files = (
        path for package in PACKAGES for kind in ("py", "html", "txt") for path in (BASE / package).rglob(f"*.{kind}")
    )
    return sorted(path for path in files if not any(part in named(path) for part in LEFT_OUT))


def named(path: Path) -> str:
    """The file as the catalogue names it."""
    return path.relative_to(BASE).as_posix()


def texts_of(path: Path) -> Iterator[Text]:
    """The texts of one file."""
    source = path.read_text()
    return texts_of_python(source) if path.suffix == ".py" else texts_of_template(source, named(path))


def texts_of_python(source: str) -> Iterator[Text]:
    """What is said in full in the calls that translate; what they are given by name is said elsewhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
            said = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            context = said.pop(0) if said and node.func.id in HAVE_CONTEXT else None
            if said:
                yield Text(tuple(said[:2]) if node.func.id in HAVE_PLURAL else said[0], context)


def texts_of_template(source: str, name: str) -> Iterator[Text]:
    """What Django makes of a template for xgettext resembles Python, but for the indents, which mean nothing."""
    lines = "\n".join(line.strip() for line in templatize(source, origin=name).splitlines())
    for _line, text, _comments, context in extract("python", BytesIO(lines.encode()), TEMPLATE_KEYWORDS):
        yield Text(text, context)


def in_sources() -> dict[Text, list[str]]:
    """Every text of the program, with the files that say it."""
    found: dict[Text, list[str]] = {}
    for path in sources():
        for text in dict.fromkeys(texts_of(path)):
            found.setdefault(text, []).append(named(path))
    return found


def translations() -> Catalog:
    """The catalogue as it lies there."""
    if not CATALOGUE.exists():
        return EnglishCatalog()
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def collected() -> Catalog:
    """The texts of the sources with the translations there are, by file and within a file by the alphabet."""
    known, fresh = translations(), EnglishCatalog()
    found = in_sources()
    for text in sorted(found, key=lambda text: (found[text][0], forms(text.id), text.context or "")):
        earlier = known.get(text.id, text.context)
        fresh.add(
            text.id,
            translation_of(text, earlier),
            locations=[(file, 0) for file in found[text]],
            flags=earlier.flags if earlier else (),
            user_comments=earlier.user_comments if earlier else (),
            context=text.context,
        )
    return fresh


def translation_of(text: Text, earlier: Message | None) -> str | tuple[str, ...] | None:
    """The translation there was, if it still has the number of forms that the text asks for."""
    if earlier is None or len(forms(earlier.string)) != len(forms(text.id)):
        return None
    return earlier.string if isinstance(earlier.string, str) else tuple(forms(earlier.string))


def forms(text: str | Sequence[str] | None) -> list[str]:
    """What is said of one and of many, or the one text there is."""
    return [text or ""] if text is None or isinstance(text, str) else [form or "" for form in text]


def written(catalogue: Catalog) -> bytes:
    """The catalogue as the translators read it."""
    file = BytesIO()
    write_po(file, catalogue, width=110, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as Django reads it."""
    whole = EnglishCatalog()
    for message in catalogue:
        if message.id:
            whole[message.id] = message
    file = BytesIO()
    write_mo(file, whole)
    return file.getvalue()


def untranslated(catalogue: Catalog) -> list[Message]:
    """The texts without a whole translation."""
    return [message for message in catalogue if message.id and (message.fuzzy or not all(forms(message.string)))]


def main() -> None:
    """Writes both files, and says what is left to translate."""
    catalogue = collected()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(written(catalogue))
    COMPILED.write_bytes(compiled(catalogue))
    left = untranslated(catalogue)
    for message in left:
        print(f"Not translated: {message.id}")
    print(f"{len(catalogue)} texts, {len(left)} of them without a translation.")
    sys.exit(bool(left))


if __name__ == "__main__":
    main()
