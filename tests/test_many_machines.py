"""Many machines, for real (tests/many_machines.py): every request goes to another one than the last."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from finsam_tracker.broker import redis_client
from tests import finished_documents
from tests.deployment import TOKEN, Browser, in_time
from tests.drills.saving import send_form
from tests.factories import PASSWORD
from tests.many_machines import POOL, WHO, House, Visitor, Wanderer, housed, is_ready
from tests.surroundings import Proxy, start_proxy
from tests.test_participant_pages import ENROLMENT

pytestmark = [pytest.mark.servers, pytest.mark.long]

ROWS = "/forbund/norra/insatser/norra-1/deltaganden/"
FILES = "/forbund/sodra/insatser/sodra-1/deltaganden/filer/"
PUBLICATIONS = "/forbund/norra/publikationer/"
MONTH = "/forbund/norra/statistik/flows.json?period=2025-03"
"""Of a period that is not kept ready: computed for whoever looks."""
OWN = ("finsam-counts.", "finsam-beat.", "pymp-", "3.xlsx", "600.xlsx")
"""What processes keep for themselves: counts of requests, when beat last asked, a worker's pool; and these tests'."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(tmp_path_factory.mktemp) as it:
        yield it


def enrol(browser: Wanderer) -> str:
    status, where = browser.fill_in(f"{ROWS}skriv-in/", ENROLMENT)
    assert status == 302, where
    return where


def total(browser: Wanderer) -> int:
    """Everybody who took part in the month."""
    status, told = browser.get(MONTH)
    assert status == 200, told
    found = json.loads(told)
    return int(next(row for row in found["rows"] if row["kind"] == "total")["cells"][-1]["value"])


class TestTwoMachines:
    def test_everything_works_when_each_request_goes_to_the_other(self, house: House):
        coordinator, office = house.browser("coordinator"), house.browser("office")
        where = enrol(coordinator)
        assert coordinator.get(where)[0] == 200
        in_time(house.is_refreshed, 60)
        assert office.get("/forbund/norra/statistik/?period=2025")[0] == 200

        status, draft = office.fill_in(f"{PUBLICATIONS}ny/", {"template": "kvartal", "period": "2025-Q1"})
        assert status == 302, draft
        made = "SELECT content IS NOT NULL, problem FROM reports_publication"
        in_time(lambda: house.first.rows(made) == [(True, "")], 60)
        number = house.first.rows("SELECT id FROM reports_publication")[0][0]
        status, where = office.fill_in(f"{PUBLICATIONS}{number}/publicera/", {"kind": "final"})
        assert (status, where) == (302, f"{PUBLICATIONS}{number}/")
        assert office.get(where)[0] == 200

        document = finished_documents.word(finished_documents.FAULTY)
        status, found = office.fill_in(f"{PUBLICATIONS}kontrollera-dokument/", {"file": document})
        assert (status, "141" in found) == (200, True)

    @pytest.mark.parametrize("rows", [3, 600])
    def test_a_file_is_sent_in_here_and_confirmed_there(self, house: House, rows: int):
        """Three rows are read at once, six hundred by a worker on one machine after the web of another took them."""
        importer = house.browser("importer")
        before = house.first.rows("SELECT count(*) FROM participants_participation")[0][0]
        file = (house.first.folder / f"{rows}.xlsx").read_bytes()
        status, where = importer.fill_in(FILES, {"file": file})
        assert status == 302, where
        in_time(lambda: states(house)[-1] == "ready", 60)
        status, _where = importer.fill_in(f"{where}las-in/", {}, of=where)
        assert status == 302
        in_time(lambda: states(house)[-1] == "done", 90)
        assert house.first.rows("SELECT count(*) FROM participants_participation") == [(before + rows,)]  # type: ignore[operator]

    def test_nothing_is_left_in_a_folder_of_a_machine(self, house: House):
        for machine in house.machines:
            left = {path.name for path in machine.folder.iterdir()} - {"log", "static", "database", "redis"}
            assert [name for name in left if not name.startswith(OWN)] == []


def states(house: House) -> list[object]:
    return [row[0] for row in house.first.rows("SELECT state FROM participants_import ORDER BY id")]


class TestPooler:
    def test_many_share_few_connections_and_each_sees_what_is_its_own(self, house: House):
        people = [house.browser(who) for who in ("coordinator", "office", "importer") for _each in range(4)]

        def look(browser: Wanderer) -> set[tuple[int, str]]:
            told = [browser.get("/min-profil/") for _each in range(10)]
            return {(status, re.search(r"[\w.]+@[\w.]+", page)[0]) for status, page in told}  # type: ignore[index]

        with ThreadPoolExecutor(len(people)) as at_once:
            seen = list(at_once.map(look, people))
        assert seen == [{(200, house.people[who])} for who in WHO for _each in range(4)]
        (pool,) = [row for row in house.of_pooler("SHOW POOLS") if row["database"] == house.first.name]
        assert pool["pool_mode"] == "transaction"
        assert pool["sv_active"] + pool["sv_idle"] + pool["sv_used"] <= POOL
        clients = [row for row in house.of_pooler("SHOW CLIENTS") if row["database"] == house.first.name]
        assert len(clients) > POOL
        assert all(row["tls"].startswith("TLSv1") for row in clients)

    def test_one_that_was_restarted_is_found_again(self, house: House):
        coordinator = house.browser("coordinator")
        house.around.servers["pooler"].kill()
        assert coordinator.get(ROWS)[0] >= 500
        house.around.servers["pooler"].start()
        assert enrol(coordinator).startswith(ROWS)


class TestCopy:
    def test_what_is_computed_to_look_at_is_read_there(self, house: House):
        office = house.browser("office")
        before = house.asked_of_copy()
        in_time(lambda: total(office) >= 0 and house.asked_of_copy() - before > 5)

    def test_whoever_has_saved_something_sees_it_however_the_copy_lags(self, house: House):
        coordinator, office = house.browser("coordinator"), house.browser("office")
        before = total(office)
        house.copy.stop_following()
        try:
            for each in range(1, 4):
                enrol(coordinator)
                assert total(office) == before + each
        finally:
            house.copy.follow()
        seen = [total(office) for _each in range(20)]
        assert set(seen) == {before + 3}

    def test_one_that_is_away_is_done_without(self, house: House):
        office = house.browser("office")
        before = total(office)
        house.around.servers["copy"].kill()
        began = time.monotonic()
        assert [total(office) for _each in range(20)] == [before] * 20
        assert time.monotonic() - began < 40  # four processes have waited five seconds each, and then left it alone
        house.around.servers["copy"].start()
        asked = house.asked_of_copy()
        in_time(lambda: total(office) == before and house.asked_of_copy() > asked + 5, 60)


class TestRedisThatMoves:
    def test_a_save_in_the_midst_of_a_failover_is_saved_and_reaches_the_tables(self, house: House):
        coordinator = house.browser("coordinator")
        enrol(coordinator)
        in_time(house.is_refreshed, 60)
        master = house.redises.master
        house.around.servers[master].kill()
        waits: list[float] = []
        while house.redises.master == master or len(waits) < 5:
            began = time.monotonic()
            enrol(coordinator)
            waits.append(time.monotonic() - began)
        assert max(waits) < 10
        in_time(house.is_refreshed, 120)
        in_time(lambda: is_ready(house.first) and is_ready(house.machines[1]))
        _status, told = Browser(house.first.port).get("/matt/", Authorization=f"Bearer {TOKEN}")
        assert "finsam_broker_up 1.0" in told
        house.around.servers[master].start()

    def test_while_none_is_there_nobody_meets_an_error(self, house: House):
        coordinator, office, nobody = house.browser("coordinator"), house.browser("office"), Wanderer(house.first.port)
        for name in ("redis-1", "redis-2"):
            house.around.servers[name].kill()
        enrol(coordinator)
        assert [Browser(machine.port).get("/redo/") for machine in house.machines] == [(200, "ok, without redis\n")] * 2
        page = "/forbund/norra/statistik/"
        assert office.fill_in(f"{page}rakna-om/", {}, of=page)[0] == 302
        status, answer = nobody.fill_in("/glomt-losenord/", {"email": house.people["office"]})
        assert (status, "Vänta en minut och försök igen" in answer) == (200, True)
        for name in ("redis-1", "redis-2"):
            house.around.servers[name].start()
        in_time(house.is_refreshed, 120)

    def test_nobody_gets_in_without_the_password_or_the_right_certificate(self, house: House, tmp_path: Path):
        without = house.redises.url.replace(house.redises.password, "wrong")
        with pytest.raises(Exception, match=r"(?i)auth|password"):
            redis_client(without).ping()
        untrusted = re.sub(r"&ca=.*", "", house.redises.url)
        with pytest.raises(Exception, match=r"(?i)certificate|no master"):
            redis_client(untrusted).ping()
        assert redis_client(house.redises.url).ping()


def answers(proxy: Proxy) -> bool:
    """It makes its certificates first."""
    try:
        return Visitor(proxy).get("/logga-in/")[0] == 200
    except OSError:
        return False


class TestProxy:
    def test_it_stands_before_both_and_lets_through_what_it_should(self, house: House):
        proxy = start_proxy(house.around, *(machine.port for machine in house.machines))
        in_time(lambda: answers(proxy))
        visitor = Visitor(proxy)
        visitor.log_in(house.people["coordinator"], PASSWORD)
        assert visitor.get(ROWS)[0] == 200
        status, _page, told = Browser(proxy.http).ask("GET", "/logga-in/")
        assert (status, told["Location"].partition(":")[0]) == (308, "https")
        # What somebody outside says of themselves is not believed.
        assert visitor.get(ROWS, X_Forwarded_Proto="http")[0] == 200
        assert visitor.get("/matt/", Authorization=f"Bearer {TOKEN}")[0] == 404
        assert Browser(house.first.port).get("/matt/", Authorization=f"Bearer {TOKEN}")[0] == 200
        office = Visitor(proxy)
        office.log_in(house.people["office"], PASSWORD)
        path = f"{PUBLICATIONS}kontrollera-dokument/"
        status, page = send_form(office, path, office.get(path)[1], {"file": b"%PDF-" + bytes(20 * 2**20 - 5)})
        assert (status, "error-summary" in page) == (200, True)  # the program's own word
        status, page, _told = visitor.ask("POST", path, Content_Length="22000000")
        assert (status, "högst 20 MB" in page) == (413, True)
        self.keeps_what_was_typed(house, visitor)
        for machine in house.machines:
            machine.stop("web")
        status, page = visitor.get(ROWS)
        assert (status, "Det du har sparat finns kvar" in page) == (503, True)
        for machine in house.machines:
            machine.start("web", "start-web")
        in_time(lambda: visitor.get(ROWS)[0] == 200, 60)

    def keeps_what_was_typed(self, house: House, visitor: Visitor) -> None:
        """Nobody is ready without the database; the program's own page comes through all the same."""
        path, typed = f"{ROWS}skriv-in/", {**ENROLMENT}
        shown = visitor.get(path)[1]
        house.around.servers["pooler"].kill()
        time.sleep(7)  # the proxy asks every five seconds
        status, page = send_form(visitor, path, shown, typed)
        assert (status, "Det du skrev finns kvar" in page) == (503, True)
        house.around.servers["pooler"].start()
        in_time(lambda: visitor.get(path)[0] == 200)
        assert send_form(visitor, path, page, typed)[0] == 302
