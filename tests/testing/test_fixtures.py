"""The fixtures as an author uses them: pytest run in the folder of an app that is installed nowhere."""

from __future__ import annotations

import pytest

from tests.testing.conftest import Author, outcomes

pytestmark = pytest.mark.timeout(400)  # each test runs pytest in a process of its own

TOGETHER = """\
from PACKAGE.plugin import tree
from sqlalchemy import select


def names(installation):
    with installation.database.engine.connect() as connection:
        return [row.name for row in connection.execute(select(tree))]


def test_client_installation_and_clock_are_of_one_region(client, installation, region, clock):
    clock.move(days=1)
    page = client.get("/").text
    assert page.split(" trembesi")[0] == region.wording("id", clock().date()).head_title
    assert client.reading("en").get("/").text.split(" trembesi")[0] == region.wording("en", clock().date()).head_title
    assert client.post("/add", data={"name": "asam"}).status_code == 200
    assert installation.id == f"{region.code}/trees"
    assert installation.now() == clock()
    assert names(installation) == ["first", "asam"]
    with installation.files.open("map.txt") as stored:
        assert stored.read() == b"a map"


def test_a_test_leaves_nothing_to_the_next(installation):
    with installation.database.begin() as connection:
        connection.execute(tree.insert().values(name="second"))
    assert names(installation) == ["first", "second"]


def test_the_next_one_finds_nothing(installation):
    assert names(installation) == ["first"]


def test_every_region_of_the_instance_is_there(instance, serving, kota, provinsi):
    assert len(instance.region_codes) == 3
    assert serving.client(kota).get("/").text != serving.client(provinsi).get("/").text
"""

ACCESS = """\
def test_a_page_is_for_who_holds_the_role(client, sign_in, region):
    assert client.get("/desk", follow_redirects=False).status_code == 303, "a visitor is sent to sign in"
    assert sign_in().get("/desk").status_code == 403
    officer = sign_in("officer", office=region.offices[0].id, name="Ani")
    assert officer.get("/desk").status_code == 200
    assert officer.get("/desk").text.endswith(" Ani")
    assert officer.reading("en").get("/desk").text.endswith(" Ani")


def test_a_fault_of_the_app_is_an_answer(client, caplog):
    assert client.get("/fail").status_code == 500
    assert "a fault of the app" in caplog.text


def test_the_manifest_is_at_hand(app):
    assert app.page("/desk").permission == "desk.open"
    assert app.official("officer").may("desk.open")
    assert app.settings({"kind": "asam"}).kind == "asam"
    assert app.manifest.app.id == app.id == "trees"
"""

ALONE = """\
import pytest
from pydantic import ValidationError

from smartcity_share import Message
from smartcity_share.testing import RegionFactNotDeclaredError


def test_installations_are_made_in_no_time(install, kota, provinsi, clock, audit, post):
    one, other = install(kota, messages=post), install(provinsi, settings={"kind": "beringin"})
    assert (one.settings.kind, other.settings.kind) == ("trembesi", "beringin")
    one.audit.record(app_actor(), "tree.seen", "7")
    assert [(note.action, note.subject) for note in audit.entries] == [("tree.seen", "7")]
    message = Message(to="a@contoh.example", subject="s", text="t", language="id", reference="r/1")
    assert one.messages.send(message).accepted
    post.close()
    assert one.messages.send(message).unreachable
    post.open()
    assert post.references == ["r/1"] and post.asked == 2
    with one.files.open("map.txt") as stored:
        assert stored.read() == b"a map"


def app_actor():
    from smartcity_share import Actor
    return Actor(account="a1")


def test_only_declared_facts_are_handed_over(install, kabupaten):
    made = install(kabupaten)
    assert made.region.name == kabupaten.name
    with pytest.raises(RegionFactNotDeclaredError):
        made.region.contacts


def test_a_wrong_setting_is_told(install, kota):
    with pytest.raises(ValidationError, match="kind"):
        install(kota, settings={"kind": "x"})
"""


def test_everything_an_author_asks_of_the_fixtures(author: Author) -> None:
    """One run for all, since making the instance is most of the time: what each test holds is said by its name."""
    printed = author.use().test(f"{TOGETHER}\n\n{ACCESS}\n\n{ALONE}")

    assert outcomes(printed) == {"passed": 20}, printed


def test_a_region_is_chosen_by_overriding_it(author: Author) -> None:
    conftest = "import pytest\n\n\n@pytest.fixture\ndef region(kota):\n    return kota\n"
    printed = author.use().test("def test_one(region):\n    assert region.kind == 'kota'\n", conftest=conftest)

    assert outcomes(printed) == {"passed": 1}, printed


def test_a_setting_an_install_needs_is_named_when_it_is_missing(author: Author) -> None:
    printed = author.use().test("def test_one(instance):\n    pass\n", conftest="")

    assert outcomes(printed) == {"error": 1}, printed
    assert "app_settings" in printed
    assert "Traceback" not in printed


def test_a_manifest_with_a_fault_is_told_with_its_place(author: Author) -> None:
    author.project.manifest.write_text(author.project.manifest.read_text("utf-8").replace("stable", "stabel"), "utf-8")
    printed = author.use().test("def test_one(client):\n    pass\n")

    assert "smartcity.toml:" in printed
    assert "stabel" in printed
    assert "Traceback" not in printed


def test_without_the_setting_there_is_no_fixture(author: Author) -> None:
    printed = author.test("def test_one(installation):\n    pass\n")

    assert "fixture 'installation' not found" in printed


def test_a_project_folder_that_is_none_is_told(author: Author) -> None:
    printed = author.use('smartcity_app = "nowhere"').test("def test_one(client):\n    pass\n")

    assert "There is no such folder" in printed
