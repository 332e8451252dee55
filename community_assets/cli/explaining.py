"""How `heroes explain` looks in the terminal."""

from collections.abc import Iterator

from community_assets.cli.terminal import Format, Row, cell, say, write

_TABLES = (
    ("Accounts", "accounts", ("platform", "account", "linked_to", "evidence", "confidence")),
    ("Doubtful links", "doubtful_links", ("account", "linked_to", "evidence", "confidence", "reason")),
    ("Interactions", "interactions", ("kind", "times", "taken_back", "targets", "first_at", "last_at")),
    ("Links on the profile", "links", ("platform", "linked_account", "evidence", "confidence")),
    ("Contact channels", "contact_points", ("channel", "address", "consent", "published_at")),
)


def show(person: Row) -> None:
    """Print an explanation as lines and tables."""
    say(*_identity(person), "")
    if person["components"]:
        say(*_standing(person), "")
        total = {"component": "score", "figure": None, "percentile": None, "points": person["score"]}
        total["weight"] = sum(component["weight"] for component in person["components"])
        rows = [{**row, "percentile": 100 * row["percentile"]} for row in person["components"]] + [total]
        write("Score", rows, ("component", "figure", "percentile", "weight", "points"), Format.TABLE)
    else:
        say(f"Not ranked: {'bots' if person['is_bot'] else 'suspicious people'} are not.", "")
    for title, name, columns in _TABLES:
        if rows := person[name]:
            write(title, rows, [column for column in columns if column in rows[0]], Format.TABLE)
        else:
            say(f"{title}: none")
    say("", "Not known", *(f"  {line}" for line in person["unknown"]))


def _identity(person: Row) -> Iterator[str]:
    place = ", ".join(part for part in (person["city"], person["region"], _country(person)) if part)
    yield f"{person['name']} ({person['login']})" + (f", a bot ({person['bot_reason']})" if person["is_bot"] else "")
    yield "  company       " + _resolved(person, person["company_name"], "company", "company_method")
    yield "  place         " + _resolved(person, place, "location", "place_precision")
    yield f"  followers     {_known(person['followers'])}"
    own = f"{_known(person['own_repo_stars'])} stars on them, h-index {_known(person['h_index'])}"
    yield f"  repositories  {_known(person['public_repos'])} public, {own}"
    yield f"  on GitHub     since {_known(person['account_created_at'])}"
    yield f"  seen here     from {_known(person['first_seen_at'])} to {_known(person['last_seen_at'])}"
    yield f"  suspicion     {_suspicion(person)}"


def _suspicion(person: Row) -> str:
    if person["suspicion"] is None:
        return "unknown"
    reasons = f" ({person['suspicion_reasons']})" if person["suspicion_reasons"] else ""
    place = f"; without it: rank {person['rank_with_suspicious']:,}" if person["is_suspicious"] else ""
    return f"{person['suspicion']:.2f}{reasons}{place}"


def _country(person: Row) -> str | None:
    country: str | None = person["country_name"] or person["country_code"]
    return country


def _resolved(person: Row, answer: str | None, typed: str, method: str) -> str:
    """What was recognised, how and how surely, and what the person typed."""
    said = "nothing typed" if person[typed] is None else f'typed "{person[typed]}"'
    if not answer:
        return "unknown" if person[typed] is None else f"not recognised ({said})"
    confidence = person[f"{method.partition('_')[0]}_confidence"]
    return f"{answer} ({person[method]}, confidence {confidence:.2f}, {said})"


def _standing(person: Row) -> Iterator[str]:
    yield f"Rank {person['rank']:,} of {person['heroes']:,}, score {person['score']:.2f}"
    yield f"Without stars: rank {person['rank_without_stars']:,}, score {person['score_without_stars']:.2f}"
    yield str(person["why"])


def _known(value: object) -> str:
    return "unknown" if value is None else cell(value)
