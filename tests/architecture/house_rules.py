"""Rules that a review would miss one day: each finds its offenders in a module's syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "libs/domain/attune"

GATED_TABLES = {"signal": "sentiment", "emotional_context": "escalations", "turn_text": "interactions"}
"""Emotional tables and the noun whose repository alone names them in SQL (besides erasure, and derivations that read
them through the gate)."""

MAY_NAME_GATED = {"erasure", "insights", "fatigue", "migrations"}

_SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\b")
_ENDS_TRANSACTION = re.compile(r"^\s*(COMMIT|ROLLBACK|BEGIN|START TRANSACTION)\b", re.IGNORECASE)


def domain_modules() -> Iterator[Path]:
    """The product's own modules, without the kernel and the migrations."""
    for path in sorted(DOMAIN.rglob("*.py")):
        if path.relative_to(DOMAIN).parts[0] not in ("kernel", "migrations"):
            yield path


def service_modules() -> Iterator[Path]:
    """The services' modules."""
    yield from sorted((ROOT / "services").rglob("*.py"))


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def statements_that_end_a_transaction(source: str) -> list[int]:
    """Lines where code ends or opens a transaction by hand: only the kernel's edge does."""
    return [line for line, text in _strings(ast.parse(source)) if _ENDS_TRANSACTION.match(text)]


def sql_from_pieces(source: str) -> list[int]:
    """Lines where SQL is an f-string, or is put together with `%`, `+` or `format` from something variable."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            if _SQL.search(text) and any(isinstance(part, ast.FormattedValue) for part in node.values):
                found.append(node.lineno)
        elif (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _is_sql(node.left)) or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "format"
            and _is_sql(node.func.value)
        ):
            found.append(node.lineno)
    return found


def _is_sql(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_SQL.search(node.value))


def sql_outside_repositories(source: str) -> list[int]:
    """Lines with SQL."""
    return [line for line, text in _strings(ast.parse(source)) if _SQL.search(text) and " " in text.strip()]


def gated_tables_named(source: str) -> set[str]:
    """The emotional tables that a module's SQL reads or writes."""
    return {
        table
        for _, text in _strings(ast.parse(source))
        for table in GATED_TABLES
        if re.search(rf"\b(FROM|JOIN|INTO|UPDATE)\s+(attune\.)?{table}\b", text)
    }
