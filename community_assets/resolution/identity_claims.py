"""Claims: what accounts say of themselves, in forms that can be compared.

What belongs here: when two spellings are one address, handle, page, name or domain, and which of them tell nobody
apart. Does not belong here: which accounts that makes one person.

Every function takes claims with the columns account (a number), kind, claimed_platform, value, is_verified and
stated_at, and returns one row per account and thing claimed.
"""

import re
from functools import cache

import polars as pl

from community_assets.resolution.reference import read_reference
from community_assets.resolution.text import clean, fold_all, is_dense_script

# Pages of people, without scheme, `www.` and what follows `?` or `#`; the group is the login or the account's id.
_PAGES = {
    "github": r"^(?:gist\.)?github\.com/(?:sponsors/)?([a-z0-9-]+)$|^([a-z0-9-]+)\.github\.io$",
    "x": r"^(?:mobile\.)?(?:twitter|x)\.com/@?([a-z0-9_]+)$",
    "gitlab": r"^gitlab\.com/(?:users/)?([a-z0-9_.-]+)$",
    "terraform_registry": r"^registry\.terraform\.io/(?:namespaces|modules|providers)/([a-z0-9_-]+)$",
    "meetup": r"^meetup\.com/(?:[a-z]{2}-[a-z]{2}/)?members/([0-9]+)$",
    "discord": r"^(?:discord|discordapp)\.com/users/([0-9]+)$",
    "slack": r"^[a-z0-9-]+\.slack\.com/team/([a-z0-9]+)$",
}
# LinkedIn's terms allow no joining of its members with other data.
_NEVER_JOINED = ("linkedin", "linkedin.com", "lnkd.in")
_SHORTEST_STEM = 4
_NOREPLY = r"^(?:(\d+)\+)?([a-z0-9-]+)(?:\[bot\])?@users\.noreply\.github\.com$"


def addresses(claims: pl.DataFrame) -> pl.DataFrame:
    """E-mail addresses: account, address, email_domain, is_verified, is_role.

    Letter case, `+tags` and Gmail's dots tell no mailboxes apart. Addresses that take no mail are left out.
    """
    local, domain = pl.col("value").str.extract(r"^(.+)@"), pl.col("value").str.extract(r"@([^@]+)$")
    is_gmail = pl.col("email_domain").is_in(["gmail.com", "googlemail.com"])
    return (
        claims.filter(kind="email")
        .with_columns(pl.col("value").str.to_lowercase())
        .filter(pl.col("value").str.contains(r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$"))
        .with_columns(email_domain=domain, local=local.str.replace(r"^([^+]+)\+.*$", "$1"))
        .filter(~pl.col("email_domain").str.contains("noreply", literal=True))
        .with_columns(
            local=pl.when(is_gmail).then(pl.col("local").str.replace_all(".", "", literal=True)).otherwise("local"),
            email_domain=pl.when(is_gmail).then(pl.lit("gmail.com")).otherwise("email_domain"),
        )
        .select(
            "account",
            "email_domain",
            "is_verified",
            address=pl.format("{}@{}", "local", "email_domain"),
            is_role=pl.col("local").is_in(_words("role")),
        )
        .group_by("account", "address", "email_domain", "is_role")
        .agg(pl.col("is_verified").any())
    )


def handles(claims: pl.DataFrame) -> pl.DataFrame:
    """Accounts elsewhere: account, kind, claimed_platform, handle, is_verified, stated_at.

    Kinds are `handle`, `namespace`, `website` (a page of a platform, which may be an employer's) and `noreply`, an
    address that GitHub made of an account. Handles are lower-case logins or ids, with `#` before an id of GitHub's, or
    pages, where no login is known in them.
    """
    named = claims.filter(pl.col("kind").is_in(["handle", "namespace"])).with_columns(handle=_login())
    pages = claims.filter(kind="website")
    from_pages = [
        pages.with_columns(claimed_platform=pl.lit(platform), handle=_on_page(platform)) for platform in _PAGES
    ]
    noreply = claims.filter(kind="email").with_columns(
        kind=pl.lit("noreply"),
        claimed_platform=pl.lit("github"),
        handle=pl.coalesce(
            pl.format("#{}", pl.col("value").str.to_lowercase().str.extract(_NOREPLY, 1)),
            pl.col("value").str.to_lowercase().str.extract(_NOREPLY, 2),
        ),
    )
    columns = ["account", "kind", "claimed_platform", "handle"]
    return (
        pl.concat([frame.select(*columns, "is_verified", "stated_at") for frame in (named, *from_pages, noreply)])
        .filter(pl.col("handle").str.len_chars() > 0, ~pl.col("claimed_platform").is_in(_NEVER_JOINED))
        .group_by(columns)
        .agg(pl.col("is_verified").any(), pl.col("stated_at").max())
    )


def _page() -> pl.Expr:
    """A URL without what does not matter; null for other schemes than the web's."""
    page = pl.col("value").str.to_lowercase().str.replace(r"[?#].*$", "").str.replace(r"^https?://", "")
    page = page.str.replace(r"^www\.", "").str.strip_chars_end("/")
    return pl.when(page.str.contains(r"^[^\s/@:]+\.[^\s/@:]+(?::\d+)?(?:/\S*)?$")).then(page)


def _on_page(platform: str) -> pl.Expr:
    """The login or id in the URL of a person's page on a platform; null for any other page."""
    pattern = _PAGES[platform]
    return pl.coalesce(_page().str.extract(pattern, group + 1) for group in range(re.compile(pattern).groups))


def _login() -> pl.Expr:
    """The login of a handle, which may be published as a page; the page, where no login is known in it."""
    logins = [pl.when(pl.col("claimed_platform") == name).then(_on_page(name)) for name in _PAGES]
    return pl.coalesce(*logins, _page(), pl.col("value").str.to_lowercase().str.strip_chars_start("@"))


def websites(claims: pl.DataFrame) -> pl.DataFrame:
    """Web pages: account, page (host and path, lower-case), website_domain."""
    pages = claims.filter(kind="website").select("account", page=_page()).drop_nulls().unique()
    return (
        pages.with_columns(website_domain=_registrable(pages["page"].str.extract(r"^([^/:]+)")))
        .filter(~pl.col("website_domain").is_in(_NEVER_JOINED))
        .drop_nulls()
    )


def domains(claims: pl.DataFrame) -> pl.DataFrame:
    """Domains that people work at or own: account, domain; not where everybody may have a mailbox or page."""
    typed = claims.filter(kind="domain").select("account", domain=pl.col("value").str.to_lowercase())
    mail = addresses(claims).select("account", domain="email_domain")
    own_pages = websites(claims).filter(~pl.col("website_domain").is_in(_words("host")))
    web = own_pages.select("account", domain="website_domain")
    found = pl.concat([typed, mail, web])
    return (
        found.with_columns(domain=_registrable(found["domain"]))
        .drop_nulls()
        .filter(~pl.col("domain").is_in(list(_public_email_domains())))
        .unique()
    )


def _registrable(hosts: pl.Series) -> pl.Series:
    """The part of each host that somebody registered, such as `acme.co.uk` of `mail.acme.co.uk`; null where none is."""
    suffixes = _public_suffixes()
    distinct = hosts.unique().drop_nulls()
    found = [suffixes.privatesuffix(host) for host in distinct]
    return hosts.replace_strict(distinct, pl.Series(found, dtype=pl.String), default=None)


@cache
def _public_suffixes():  # type: ignore[no-untyped-def]
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


@cache
def _words(kind: str) -> list[str]:
    """Words that tell nobody apart: `role` mailboxes (RFC 2142), `generic` names, `title`s, `host`s."""
    return [row["word"] for row in read_reference("identity_words.csv") if row["kind"] == kind]


@cache
def _public_email_domains() -> frozenset[str]:
    return frozenset(row["domain"] for row in read_reference("public_email_domains.csv"))


def names(claims: pl.DataFrame) -> pl.DataFrame:
    """Names: account, name (a key that does not depend on the order of words), words, is_full, is_latin.

    Initials, titles and what stands in brackets are left out, and so are names of posts or groups. A name is full when
    it has two words, or one in a script without spaces.
    """
    typed, titles = claims.filter(kind="full_name").select("account", "value"), _words("title")
    distinct = typed["value"].unique().sort()
    keys = fold_all([re.sub(r"\(.*?\)|\[.*?\]", " ", clean(name)) for name in distinct])[: distinct.len()]
    words = [sorted({word for word in key.split() if len(word) > 1 and word not in titles}) for key in keys]
    is_full = [len(ws) > 1 or (len(ws) == 1 and is_dense_script(ws[0])) for ws in words]
    known = pl.DataFrame(
        {"value": distinct, "words": pl.Series(words, dtype=pl.List(pl.String)), "is_full": is_full},
        schema_overrides={"is_full": pl.Boolean},
    ).filter(
        pl.col("words").list.len() > 0,
        pl.col("words").list.set_intersection(_words("generic")).list.len() == 0,
    )
    return (
        typed.join(known, on="value")
        .with_columns(name=pl.col("words").list.join(" "))
        .select("account", "name", "words", "is_full", is_latin=pl.col("name").str.contains(r"^[a-z0-9 ]+$"))
        .unique(["account", "name"])
    )


def login_stems(logins: pl.DataFrame) -> pl.DataFrame:
    """What people call themselves everywhere: account, stem, the login without signs and digits at its end.

    Args:
        logins: account, login, valid_to (null for the present one).
    """
    login = pl.col("login").str.to_lowercase()
    stem = login.str.replace_all(r"[^\pL\pN]", "").str.replace(r"\d+$", "")
    is_long = stem.str.len_chars() >= _SHORTEST_STEM
    present = logins.filter(pl.col("valid_to").is_null())
    return present.select("account", stem=pl.when(is_long).then(stem).otherwise(login)).unique()
