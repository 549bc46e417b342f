"""The page at `/docs`: the OpenAPI document for people, as plain HTML that needs no script, no font and no other host.

Swagger UI and its kin come from a CDN or as megabytes of script in a wheel; a page that is only read needs neither, and
so the strictest content policy holds for it too.
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from typing import Any, Final

from attune_api.openapi import TAGS, Document, operations

_STYLE: Final = """
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--accent:#0b7285}
body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:2rem 1rem 6rem}
h1{margin-bottom:0}h2{margin-top:3rem;border-bottom:1px solid var(--line)}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{background:var(--soft);padding:.8rem;overflow:auto;border-radius:6px}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}summary b{display:inline-block;min-width:4rem;color:var(--accent)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0}
nav a{margin-right:1rem}.quiet{opacity:.7}
"""

POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: nothing but its own style."""


def docs_page(document: Document, public_url: str) -> str:
    """The page. `public_url` is where its curl lines go."""
    by_tag: dict[str, list[str]] = {}
    for place, operation in operations(document):
        for tag in operation.get("tags", ["Other"]):
            by_tag.setdefault(tag, []).append(_operation(place, operation, public_url))
    tags = sorted(by_tag, key=lambda tag: (list(TAGS).index(tag) if tag in TAGS else len(TAGS), tag))
    sections = [
        f'<h2 id="{_anchor(tag)}">{escape(tag)}</h2><p>{escape(TAGS.get(tag, ""))}</p>{"".join(by_tag[tag])}'
        for tag in tags
    ]
    links = "".join(f'<a href="#{_anchor(tag)}">{escape(tag)}</a>' for tag in tags)
    info = document["info"]
    paragraphs = "".join(f"<p>{_marked(part)}</p>" for part in info["description"].split("\n\n"))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])} <small class=quiet>{escape(info['version'])}</small></h1>"
        f"<p>{escape(info['summary'])} The same for machines: "
        '<a href="/openapi.json">openapi.json</a> (3.1), <a href="/openapi-3.0.json">openapi-3.0.json</a>.</p>'
        f"{paragraphs}<nav>{links}</nav>{''.join(sections)}</body></html>"
    )


def _operation(place: str, operation: dict[str, Any], public_url: str) -> str:
    method, _, path = place.partition(" ")
    scopes = ", ".join(operation.get("x-required-scopes", [])) or "none"
    audited = "yes" if operation.get("x-audited") else "no"
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><b>{method}</b> <code>{escape(path)}</code> '
        f"{escape(operation.get('summary', ''))}</summary>"
        f"<p>{_marked(operation.get('description', ''))}</p>"
        f"<p class=quiet>Scopes: <code>{escape(scopes)}</code> · On the audit log: {audited}</p>"
        f"{_parameters(operation)}<h4>Request</h4><pre>{escape(_curl(method, path, operation, public_url))}</pre>"
        f"{_answers(operation)}</details>"
    )


def _parameters(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(each['name'])}</code></td><td>{escape(each['in'])}</td>"
        f"<td>{'required' if each.get('required') else ''}</td><td>{_marked(each.get('description', ''))}</td></tr>"
        for each in operation.get("parameters", [])
    )
    return f"<table>{rows}</table>" if rows else ""


def _curl(method: str, path: str, operation: dict[str, Any], public_url: str) -> str:
    lines = [f"curl -X {method} '{public_url.rstrip('/')}{path}'", "  -H 'Authorization: Bearer atn_live_…'"]
    example = _example(operation.get("requestBody", {}))
    if example is not None:
        lines += ["  -H 'Content-Type: application/json'", f"  -d '{example}'"]
    return " \\\n".join(lines)


def _answers(operation: dict[str, Any]) -> str:
    parts = []
    for status, response in operation["responses"].items():
        example = _example(response) if status.startswith("2") else None
        shown = f"<pre>{escape(example)}</pre>" if example else ""
        parts.append(f"<p><b>{escape(status)}</b> {_marked(response['description'])}</p>{shown}")
    return f"<h4>Answers</h4>{''.join(parts)}"


def _example(holder: dict[str, Any]) -> str | None:
    for media in holder.get("content", {}).values():
        if "example" in media:
            return json.dumps(media["example"], indent=2, ensure_ascii=False)
    return None


def _anchor(tag: str) -> str:
    return tag.lower().replace(" ", "-")


def _marked(text: str) -> str:
    """Escaped text with the little Markdown that descriptions use: `code` and **bold**."""
    parts = escape(text).split("`")
    coded = "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
    bold = coded.split("**")
    return "".join(f"<b>{part}</b>" if index % 2 else part for index, part in enumerate(bold))
