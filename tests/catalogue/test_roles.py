"""Names of roles and paths: which role speaks for which path, for every code and every name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tuf.api.metadata import DelegatedRole

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.origins import delegation
from smartcity_share.catalogue.roles import ReleasePath
from smartcity_share.regions.table import all_regions
from tests.catalogue.made import holders, signer

SIGNS = "0123456789AZ"
CODES = st.sampled_from(["32", "32.73", "73.71", "MY-10", "A"]) | st.lists(
    st.text(SIGNS, min_size=1, max_size=3), min_size=1, max_size=3
).map(".".join)
APPS = st.text("abz09-", min_size=1, max_size=12).map(lambda rest: f"a{rest}")
FILES = st.text("abZ09._+!-", max_size=20).map(lambda rest: f"a{rest}.whl")
PATHS = st.builds(ReleasePath, CODES, APPS, FILES)


KEY = signer()


def delegated(role: str) -> DelegatedRole:
    return delegation(role, holders(KEY))


def reached(path: str, code: str) -> bool:
    """Whether the patterns lead a reader from the province and the origin's role to a path."""
    role = roles.origin_role(code)
    province = roles.parent_of(role)
    above = province == roles.TARGETS or delegated(str(province)).is_delegated_path(path)
    return above and delegated(role).is_delegated_path(path)


@given(PATHS)
def test_a_path_is_read_back(path: ReleasePath) -> None:
    assert ReleasePath.read(str(path)) == path


@given(st.text(max_size=60) | st.lists(CODES | APPS | st.text(max_size=8), max_size=6).map("/".join))
def test_any_text_is_a_path_or_is_none(text: str) -> None:
    found = ReleasePath.read(text)

    assert found is None or str(found) == text


@given(PATHS)
def test_a_role_reaches_its_own_paths_and_the_one_that_revokes_every_path(path: ReleasePath) -> None:
    assert reached(str(path), path.origin)
    assert roles.speaks_for(roles.origin_role(path.origin), str(path))
    assert delegated(roles.REVOCATIONS).is_delegated_path(str(path))
    assert roles.speaks_for(roles.REVOCATIONS, str(path))


@given(PATHS, CODES)
def test_no_role_speaks_for_the_path_of_another(path: ReleasePath, code: str) -> None:
    if code != path.origin:
        assert not reached(str(path), code)
        assert not roles.speaks_for(roles.origin_role(code), str(path))


@given(CODES)
def test_a_role_tells_its_code_and_file_names_are_those_of_any_file_system(code: str) -> None:
    role = roles.origin_role(code)

    assert roles.code_of(role) == code
    assert role.isascii()
    assert role[1:] == role[1:].upper()  # two codes never differ in their case alone
    assert not set(role) & set('*?[]/\\:<>|" ')


def test_a_pattern_never_stands_for_several_parts_of_a_path() -> None:
    """TUF matches part by part: `apps/32.73/*` would not match a file of an app at all."""
    role = delegated("r-32.73")

    assert role.is_delegated_path("apps/32.73/parks/a-1-py3-none-any.whl")
    assert not role.is_delegated_path("apps/32.73/parks")
    assert not role.is_delegated_path("apps/32.73/parks/deeper/a-1-py3-none-any.whl")


def test_every_region_of_the_table_can_be_an_origin() -> None:
    for region in all_regions():
        role = roles.origin_role(region.code)
        assert roles.CODE.fullmatch(region.code)
        assert roles.parent_of(role) == (f"p-{region.province_code}" if "." in region.code else roles.TARGETS)


def test_only_the_role_of_an_origin_ends_the_search() -> None:
    assert delegated("r-32.73").terminating
    assert not any(delegated(role).terminating for role in ("cabut", "index", "p-32"))


def test_names_that_are_no_roles_lead_nowhere() -> None:
    for name in ("r-", "r-../x", "p-3", "p-327", "p-32.73", "R-32", "x", ""):
        assert roles.code_of(name) is None
        assert roles.province_of_role(name) is None
        assert roles.patterns_of(name) == ()
