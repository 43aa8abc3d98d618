"""The English catalogue is whole, and an English page is English. ``make messages`` collects the texts."""

import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from babel.messages import Message
from django.db import transaction
from django.utils.translation import override

from finsam_tracker.core.models import User
from finsam_tracker.core.period import Period
from initiatives.lists import Lists
from participants.importing.words import Words
from reports.context import Scope
from reports.services import store, tables_for
from tests.access import ACCESS, address, method_and_name, site_at
from tests.conftest import StrictClient
from tests.factories import World, noon
from tests.messages import COMPILED, Text, compiled, forms, in_sources, translations
from tests.test_participant_pages import text_of

Browser = Callable[[str], StrictClient]
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
MARKUP = re.compile(r"<[^>]*>|&\w+;")
SWEDISH = re.compile(r"\w*[åäöÅÄÖ]\w*")
FROZEN = {
    "publication",
    "published",
    "check_publication",
    "draft",
    "publication_texts",
    "publish_publication",
    "new_edition",
    "status_report",
    "initiative_status_report",
    "write_status_report",
}
"""Show what is published or was sent: frozen in the language of the federation, and as people wrote it."""
WHO = ("coordinator", "lead", "office", "operator", "outsider")


@pytest.fixture(scope="module")
def sources() -> dict[Text, list[str]]:
    return in_sources()


@pytest.fixture(scope="module")
def translated() -> list[Message]:
    return [message for message in translations() if message.id]


class TestCatalogue:
    def test_it_holds_every_text_and_no_other(self, sources: dict[Text, list[str]], translated: list[Message]):
        held = {Text(m.id if isinstance(m.id, str) else tuple(m.id), m.context) for m in translated}
        assert held == set(sources), "make messages"
        assert not translations().obsolete

    def test_every_text_is_translated(self, translated: list[Message]):
        left = [m.id for m in translated if m.fuzzy or not all(forms(m.string)) or len(forms(m.string)) != of(m)]
        assert not left, "Write their English in django.po, then: make messages"

    def test_what_is_put_into_a_text_is_put_into_its_translation(self, translated: list[Message]):
        for message in translated:
            one, many = forms(message.id)[0], forms(message.id)[-1]
            for original, english in zip(
                (one, many), (forms(message.string)[0], forms(message.string)[-1]), strict=True
            ):
                for kind in (PLACEHOLDER, MARKUP):
                    assert sorted(kind.findall(original)) == sorted(kind.findall(english)), original

    def test_a_translation_begins_and_ends_as_its_text(self, translated: list[Message]):
        for original, english in ((forms(m.id)[0], forms(m.string)[0]) for m in translated):
            for place in (0, -1):
                assert (original[place] in " \n.?!:") == (english[place] in " \n.?!:"), original

    def test_what_django_reads_is_what_is_written(self):
        assert compiled(translations()) == COMPILED.read_bytes(), "make messages"


def of(message: Message) -> int:
    """How many forms a translation must have."""
    return 2 if message.pluralizable else 1


class TestPages:
    """Every page and every form sent empty, read by somebody who has chosen English."""

    @pytest.fixture(autouse=True)
    def _english(self, world: World) -> None:
        User.objects.update(language="en")

    @pytest.mark.parametrize("who", WHO)
    def test_no_swedish_is_left(self, who: str, world: World, log_in: Browser, translated: list[Message]):
        swedish, own, names = swedish_of(translated), own_words(world), names_in(translated)
        opens = [line for line, route in ACCESS.items() if route.expected("own")[who] == HTTPStatus.OK]
        for line in (line for line in opens if method_and_name(line)[1] not in FROZEN):
            with transaction.atomic():
                answer = getattr(log_in(who), method_and_name(line)[0])(address(line, site_at("own", world)))
                transaction.set_rollback(True)
            if answer["Content-Type"].startswith("text/html"):
                text = own.sub(" ", text_of(answer))
                left = [sentence for sentence in swedish if sentence in text]
                left += sorted(set(SWEDISH.findall(text)) - names)
                assert not left, f"{line}: {text}"

    def test_swedish_stays_for_those_who_have_not_chosen(self, world: World, client: StrictClient):
        assert '<html lang="sv">' in client.get("/logga-in/", headers={"accept-language": "en"}).content.decode()


def swedish_of(translated: list[Message]) -> list[str]:
    """The texts that cannot be there by chance: nothing is put into them, and English says it otherwise."""
    whole = (forms(m.id)[0] for m in translated if forms(m.id)[0] != forms(m.string)[0])
    return [text for text in whole if " " in text and not PLACEHOLDER.search(text)]


def own_words(world: World) -> re.Pattern[str]:
    """What the federations have named themselves, which no catalogue knows."""
    # The examples of the interface's documentation are what a Swedish system sends.
    own: list[str] = ["Svenska", "fel datum", "registrerat två gånger"]
    for tenant in (world.north, world.south):
        lists, federation = Lists(tenant.federation), tenant.federation
        own += [federation.name, *federation.initiatives.values_list("name", flat=True)]
        own += [m.name for m in lists.municipalities]
        own += federation.code_items.values_list("label", flat=True)
        own += [reason.label for reason in lists.reasons] + [reason.group.label for reason in lists.reasons]
        own += [step.label for step in lists.steps]
        own += federation.bands.values_list("label", flat=True)
    return re.compile("|".join(map(re.escape, sorted(set(own), key=len, reverse=True))))


def names_in(translated: list[Message]) -> set[str]:
    """The Swedish names that English uses too: of authorities, of the sheets of a file."""
    return {word for m in translated for form in forms(m.string) for word in SWEDISH.findall(form)}


class TestWhatIsKept:
    """What one person makes and another reads is kept in one language."""

    def test_a_file_has_the_same_words_for_everybody(self, world: World):
        def basis() -> str:
            return Words(world.north.first, Lists(world.north.federation)).basis(world.north.first.start_on)

        with override("en"):
            english = basis()
        assert english == basis()

    def test_a_table_is_stored_in_swedish_and_read_in_ones_own_language(self, world: World):
        scope, period, now = Scope(world.north.federation), Period.year(2025), noon(world.north.first.start_on)
        with override("en"):
            store(Scope(world.north.federation), [period], now=now)
            english = tables_for(scope, period, now=now).results
        assert not store(Scope(world.north.federation), [period], now=now).changed
        swedish = tables_for(scope, period, now=now).results
        assert (swedish["flows"].title, english["flows"].title) == (
            "Deltagare under perioden",
            "Participants in the period",
        )
        for found, word in ((swedish, "år eller yngre vid start"), (english, "years or younger at the start")):
            assert any(word in label for row in found["facts"].rows for label in row.labels)
        for key, table in swedish.items():
            assert [r.key for r in table.rows] == [r.key for r in english[key].rows]
