"""The page of NGSI-LD's clauses: what is done, partly done and not, held against the tests that carry their numbers."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "contract" / "ngsi_ld"
DONE, PARTLY, NOT = "done", "partly", "not"

CLAUSES: dict[str, tuple[str, str, str]] = {
    "4.3": ("Distributed operations, context sources, proxying", NOT, "one hub; another hub is asked by its own door"),
    "4.5.1": ("Entity: normalized and concise representation", DONE, ""),
    "4.5.2": ("Property", DONE, ""),
    "4.5.3": ("Relationship", DONE, "`object` may be an array of URIs"),
    "4.5.4": ("Simplified representation", DONE, "taken as input too"),
    "4.5.5": ("Several instances of an attribute (datasetId)", DONE, ""),
    "4.5.6": ("Temporal representations", NOT, "history is in `/v1/devices`"),
    "4.5.16": ("GeoJSON representation", DONE, ""),
    "4.5.18": ("LanguageProperty", DONE, ""),
    "4.5.20": ("VocabProperty", DONE, ""),
    "4.5.21": ("ListProperty", DONE, ""),
    "4.5.22": ("ListRelationship", DONE, ""),
    "4.5.23": ("Linked entity retrieval (join)", NOT, "answered with OperationNotSupported"),
    "4.5.24": ("JsonProperty", DONE, ""),
    "4.6.2": ("Names", PARTLY, "a hyphen is taken in a name too; URIs with a slash cannot stand in a path"),
    "4.7": ("Geospatial properties", PARTLY, "every geometry but GeometryCollection"),
    "4.8": ("Temporal properties", DONE, ""),
    "4.9": ("Query language", PARTLY, "without linked entities, expandValues and jsonKeys; patterns are RE2, quoted"),
    "4.10": ("Geo-query language", DONE, "distances in metres on a plane around the place asked for"),
    "4.11": ("Temporal query language", NOT, ""),
    "4.12": ("Paging", DONE, ""),
    "4.13": ("Counting results", DONE, ""),
    "4.14": ("Tenants", NOT, "answered with NoMultiTenantSupport"),
    "4.15": ("Choosing a language", DONE, ""),
    "4.16": ("Several types of an entity", DONE, ""),
    "4.17": ("Type selection language", PARTLY, "without brackets inside brackets"),
    "4.18": ("Scopes", DONE, ""),
    "4.19": ("Scope query language", NOT, "answered with OperationNotSupported"),
    "4.20": ("Distributed operation names", NOT, ""),
    "4.21": ("pick and omit", NOT, "answered with OperationNotSupported; `attrs` is done"),
    "5.2.12": ("Subscription", PARTLY, "without timeInterval, csf, temporalQ, scopeQ"),
    "5.2.14": ("NotificationParams", PARTLY, "without showChanges, pick, omit, join"),
    "5.2.23": ("Query", PARTLY, "without temporalQ, scopeQ, join"),
    "5.3.1": ("Notification", DONE, ""),
    "5.5.2": ("Error types", DONE, ""),
    "5.5.3": ("Error response", DONE, "`detail` in Korean or English"),
    "5.5.4": ("Validation of input", DONE, ""),
    "5.5.5": ("Default @context", DONE, "the core context is built in and always wins"),
    "5.5.7": ("Terms to URIs and back", PARTLY, "values are not expanded, nested contexts not read"),
    "5.5.8": ("Partial update", DONE, ""),
    "5.5.9": ("Paging", DONE, ""),
    "5.5.10": ("Tenants", NOT, "answered with NoMultiTenantSupport"),
    "5.5.11": ("One entity several times in a batch", DONE, "in the order in which they stand"),
    "5.5.12": ("Merge patch", DONE, ""),
    "5.6.1": ("Create entity", DONE, ""),
    "5.6.2": ("Update attributes", DONE, ""),
    "5.6.3": ("Append attributes", DONE, ""),
    "5.6.4": ("Partial attribute update", DONE, ""),
    "5.6.5": ("Delete attribute", DONE, ""),
    "5.6.6": ("Delete entity", DONE, ""),
    "5.6.7": ("Batch create", DONE, "at most 1,000 entities"),
    "5.6.8": ("Batch upsert", DONE, ""),
    "5.6.9": ("Batch update", DONE, ""),
    "5.6.10": ("Batch delete", DONE, ""),
    "5.6.11": ("Temporal evolution: create, append, change, delete (to 5.6.16)", NOT, ""),
    "5.6.17": ("Merge entity", DONE, ""),
    "5.6.18": ("Replace entity", DONE, ""),
    "5.6.19": ("Replace attribute", DONE, ""),
    "5.6.20": ("Batch merge", DONE, ""),
    "5.6.21": ("Purge entities", NOT, ""),
    "5.7.1": ("Retrieve entity", DONE, ""),
    "5.7.2": ("Query entities", PARTLY, "what of it is not supported is refused by name"),
    "5.7.3": ("Temporal queries (and 5.7.4)", NOT, ""),
    "5.7.5": ("Entity types", DONE, ""),
    "5.7.6": ("Details of entity types", DONE, ""),
    "5.7.7": ("One entity type", DONE, ""),
    "5.7.8": ("Attributes", DONE, ""),
    "5.7.9": ("Details of attributes", DONE, ""),
    "5.7.10": ("One attribute", DONE, ""),
    "5.8.1": ("Create subscription", DONE, "an endpoint inside is refused"),
    "5.8.2": ("Update subscription", DONE, "without a context of its own it is read in the subscription's"),
    "5.8.3": ("Retrieve subscription", DONE, "one's own; header values are not shown"),
    "5.8.4": ("Query subscriptions", DONE, "one's own"),
    "5.8.5": ("Delete subscription", DONE, ""),
    "5.8.6": ("Notification behaviour", PARTLY, "the city's own things are looked at each second; any 2xx is success"),
    "5.9": ("Context source registration (and 5.10 to 5.12)", NOT, ""),
    "5.13": ("Storing @contexts", NOT, "contexts come from the settings alone"),
    "5.14": ("Entity maps", NOT, ""),
    "6.3.2": ("Status of error types", DONE, ""),
    "6.3.3": ("Reporting errors", DONE, ""),
    "6.3.4": ("Preconditions", PARTLY, "a request without Content-Length is taken; 406 and 415 have a body"),
    "6.3.5": ("@context resolution", DONE, "a URL that is not on the list is LdContextNotAvailable"),
    "6.3.6": ("Responses", PARTLY, "without `Prefer: ngsi-ld=`"),
    "6.3.7": ("Representations", DONE, ""),
    "6.3.8": ("Notifications over HTTP", DONE, ""),
    "6.3.10": ("Paging over HTTP", DONE, ""),
    "6.3.11": ("System attributes", DONE, ""),
    "6.3.13": ("Counting over HTTP", DONE, ""),
    "6.3.14": ("Tenants over HTTP", NOT, "answered with NoMultiTenantSupport"),
    "6.3.15": ("GeoJSON over HTTP", DONE, ""),
    "6.4.3.1": ("POST entities", DONE, ""),
    "6.4.3.2": ("GET entities", PARTLY, "as 5.7.2"),
    "6.5.3.1": ("GET entities/{id}", DONE, "without join, pick, omit"),
    "6.5.3.2": ("DELETE entities/{id}", DONE, ""),
    "6.5.3.3": ("PUT entities/{id}", DONE, ""),
    "6.5.3.4": ("PATCH entities/{id}", DONE, ""),
    "6.6.3.1": ("POST entities/{id}/attrs", DONE, ""),
    "6.6.3.2": ("PATCH entities/{id}/attrs", DONE, ""),
    "6.7.3.1": ("PATCH entities/{id}/attrs/{name}", DONE, ""),
    "6.7.3.2": ("DELETE entities/{id}/attrs/{name}", DONE, ""),
    "6.7.3.3": ("PUT entities/{id}/attrs/{name}", DONE, ""),
    "6.8": ("csourceRegistrations (and 6.9, 6.12, 6.13)", NOT, ""),
    "6.10.3.1": ("POST subscriptions", DONE, ""),
    "6.10.3.2": ("GET subscriptions", DONE, ""),
    "6.11.3.1": ("GET subscriptions/{id}", DONE, ""),
    "6.11.3.2": ("PATCH subscriptions/{id}", DONE, ""),
    "6.11.3.3": ("DELETE subscriptions/{id}", DONE, ""),
    "6.14.3.1": ("POST entityOperations/create", DONE, ""),
    "6.15.3.1": ("POST entityOperations/upsert", DONE, ""),
    "6.16.3.1": ("POST entityOperations/update", DONE, ""),
    "6.17.3.1": ("POST entityOperations/delete", DONE, ""),
    "6.18": ("temporal/entities (to 6.22, and 6.24)", NOT, ""),
    "6.23.3.1": ("POST entityOperations/query", DONE, "as 5.2.23"),
    "6.25.3.1": ("GET types", DONE, ""),
    "6.26.3.1": ("GET types/{name}", DONE, ""),
    "6.27.3.1": ("GET attributes", DONE, ""),
    "6.28.3.1": ("GET attributes/{name}", DONE, ""),
    "6.29": ("jsonldContexts (and 6.30)", NOT, ""),
    "6.31.3.1": ("POST entityOperations/merge", DONE, ""),
    "6.32": ("Entity maps, source identity, snapshots (to 6.38)", NOT, ""),
    "7": ("MQTT notifications", NOT, "an endpoint is http or https"),
}  # fmt: skip
"""Title, state and remark of each clause that matters here."""


def tested() -> dict[str, list[str]]:
    """The tests that carry each clause's number, by clause."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for number in _clauses(node):
                    found.setdefault(number, []).append(f"{path.name}::{node.name}")
    return found


def _clauses(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    calls = [one for one in node.decorator_list if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)]
    return [
        str(word.value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "clause"
        for word in call.args
        if isinstance(word, ast.Constant)
    ]


def clauses_page(note: str) -> str:
    """The page: every clause with its state, how many tests hold it, and what is missing."""
    tests = tested()
    counts = {state: sum(one[1] == state for one in CLAUSES.values()) for state in (DONE, PARTLY, NOT)}
    lines = ["# NGSI-LD, clause by clause", "", note]
    lines += [
        "ETSI GS CIM 009 V1.9.1, the interface of the national City Data Hub, at `/ngsi-ld/v1/…`. How to open it to a",
        "partner: [share-by-ngsi-ld.md](../how-to/share-by-ngsi-ld.md). A clause is `done` only where a test in",
        "`tests/contract/ngsi_ld` carries its number; `partly` names what is missing; `not` is not there.",
        "",
        f"{counts[DONE]} done, {counts[PARTLY]} partly, {counts[NOT]} not.",
        "",
        "| clause | what | state | tests | remark |",
        "|---|---|---|---|---|",
    ]
    rows = (
        f"| {number} | {title} | {state} | {len(tests.get(number, ())) or ''} | {remark} |"
        for number, (title, state, remark) in CLAUSES.items()
    )
    return "\n".join([*lines, *rows]) + "\n"
