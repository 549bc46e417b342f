"""Domain code never commits, SQL stands in repositories and is never glued, emotional tables have one reader each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import house_rules
from tests.architecture.house_rules import DOMAIN, ROOT

SQL_HOMES = {"repository.py", "repository", "projection.py"}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_domain_and_service_code_never_ends_a_transaction() -> None:
    offenders = {
        _name(path): lines
        for path in [*house_rules.domain_modules(), *house_rules.service_modules()]
        if (lines := house_rules.statements_that_end_a_transaction(path.read_text()))
    }
    assert offenders == {}


def test_no_sql_is_put_together_from_pieces() -> None:
    offenders = {
        _name(path): lines
        for path in [*house_rules.domain_modules(), *house_rules.service_modules()]
        if (lines := house_rules.sql_from_pieces(path.read_text()))
    }
    assert offenders == {}


def test_sql_stands_in_repositories() -> None:
    offenders = {
        _name(path): lines
        for path in house_rules.domain_modules()
        if not SQL_HOMES & {path.name, path.parent.name} and path.name != "model.py"
        if (lines := house_rules.sql_outside_repositories(path.read_text()))
    }
    assert offenders == {}


def test_the_services_hold_no_sql() -> None:
    offenders = {
        _name(path): lines
        for path in house_rules.service_modules()
        if "attune_cli" not in path.parts
        if (lines := house_rules.sql_outside_repositories(path.read_text()))
    }
    assert offenders == {}


def test_emotional_tables_are_named_by_their_own_noun_alone() -> None:
    offenders = {}
    for path in house_rules.domain_modules():
        noun = path.relative_to(DOMAIN).parts[0]
        if noun in house_rules.MAY_NAME_GATED:
            continue
        named = {
            table
            for table in house_rules.gated_tables_named(path.read_text())
            if house_rules.GATED_TABLES[table] != noun
        }
        if named:
            offenders[_name(path)] = named
    assert offenders == {}


@pytest.mark.parametrize(
    ("finder", "planted"),
    [
        (house_rules.statements_that_end_a_transaction, 'await tx.execute("COMMIT")'),
        (house_rules.statements_that_end_a_transaction, 'await tx.execute(" rollback; select 1")'),
        (house_rules.sql_from_pieces, 'tx.fetch(f"SELECT * FROM person WHERE name = {name}")'),
        (house_rules.sql_from_pieces, 'tx.fetch("SELECT * FROM %s" % table)'),
        (house_rules.sql_from_pieces, 'tx.fetch("DELETE FROM {}".format(table))'),
        (house_rules.sql_outside_repositories, 'tx.fetch("SELECT 1 FROM person")'),
        (house_rules.gated_tables_named, 'tx.fetch("SELECT value FROM signal WHERE tenant_id = $1")'),
    ],
)
def test_a_planted_offence_is_found(finder: object, planted: str) -> None:
    assert finder(planted)  # type: ignore[operator]  # every finder takes a source


def test_innocent_code_passes() -> None:
    assert not house_rules.sql_from_pieces('log(f"selected {count} people")')
    assert not house_rules.statements_that_end_a_transaction('"""COMMIT is the edge\'s."""')
    assert not house_rules.gated_tables_named('"SELECT 1 FROM signal_reference"')
