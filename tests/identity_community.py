"""Made-up communities whose people have accounts on five platforms, with the truth about who is who.

Apart from the resolver: nothing of it is imported here, and nothing here knows its thresholds or word lists. The shares
are guesses at what communities look like, not counts.

**People.** Each has a full name (of eight languages), an employer (few large ones, many small), a private mailbox at a
public provider, and a handle. One in ten has a domain and website of their own. One in fifty has a frequent name, such
as John Smith, as others do.

**Accounts.** GitHub 90%, Slack 45%, Discord 30%, Artifact Hub 15%, Terraform Registry 12% of people; everybody has one.
On Slack, Discord and Artifact Hub half of the logins are the person's handle, 15% the handle with digits, and 35%
another one. One in fifty GitHub accounts is gone.

**Evidence is missing or noisy.** A profile shows a name in `NAME_SHOWN` of all cases, of which 12% are a first name or
nickname only, 8% have an initial, 5% another order, 3% are in lower case. Addresses are shown by `EMAIL_SHOWN`, half of
them at work, by Artifact Hub unverified. Websites are the employer's in three of ten cases. One in ten X handles is the
employer's. One handle in thirty is mistyped. Half of the GitHub accounts named on Discord are connected by a login.

**Phenomena**, each with its share of people (`SHARES`); whoever takes part in one is marked with it:

- *shared mailbox*: two to four colleagues show one address of their team, on whatever platforms they show one; half of
  these are called like a department, half like a product;
- *namesakes*: two people have the same full name; one pair in ten works for the same employer;
- *recycled login*: somebody changed the login on GitHub, and somebody else has the old one now, which the other
  accounts of the first still name; seven in ten such claims tell when they were made, and half of the changes of the
  login were observed;
- *stolen handle*: an account on Slack or Discord names a stranger's GitHub login as its own, and shows its own name, if
  any; its victim may say nothing about it;
- *changed job*: GitHub shows the address and website of the former employer, other accounts those of the present one;
- *renamed account*: like a recycled login, but nobody has the old one; six in ten changes were observed;
- *second account*: somebody has two living GitHub accounts.

**Truth.** Two accounts belong together when one person has them. Recall counts those pairs for which anything speaks: a
chain of accounts of this person of which each two

- show one address, X handle or website of their own, or the full name together with one employer's or own domain; or
- are an account and one that its profile, namespace, noreply address or login there names, whatever else they show.

A login counts as it is, or as it was where the change was observed. What was typed wrong is no evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random

import polars as pl
from mimesis import Person as Names
from mimesis.locales import Locale

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PLATFORMS = {"github": 0.9, "slack": 0.45, "discord": 0.3, "artifact_hub": 0.15, "terraform_registry": 0.12}
NAME_SHOWN = {"github": 0.75, "slack": 0.85, "discord": 0.2, "artifact_hub": 0.8, "terraform_registry": 0}
EMAIL_SHOWN = {"github": 0.25, "slack": 0.7, "discord": 0, "artifact_hub": 0.9, "terraform_registry": 0}
SHARES = {
    "shared mailbox": 0.03,
    "namesakes": 0.04,
    "recycled login": 0.02,
    "stolen handle": 0.02,
    "changed job": 0.06,
    "renamed account": 0.04,
    "second account": 0.01,
}
_LOCALES = (Locale.EN, Locale.DE, Locale.FR, Locale.ES, Locale.IT, Locale.PL, Locale.RU, Locale.JA)
_FREQUENT = ("John Smith", "Wei Zhang", "Maria Garcia", "David Kim", "Ivan Ivanov", "Anna Müller", "Li Wang")
_PROVIDERS = ("gmail.com", "outlook.com", "yahoo.com", "proton.me", "gmx.de", "qq.com", "icloud.com")
_TEAMS = ("platform", "infra", "data", "cloud", "info", "hello", "oss", "backend", "research", "dev", "sre", "office")
_TIME = pl.Datetime("us", "UTC")
Fact = tuple[str, str]
Schema = dict[str, pl.DataType | type[pl.DataType]]


@dataclass(eq=False)
class Member:
    """A person of the community."""

    number: int
    name: str
    employer: str
    handle: str
    mailbox: str
    own_domain: str | None
    phenomena: set[str] = field(default_factory=set)
    former_employer: str | None = None
    team_address: str | None = None
    former_login: str | None = None
    rename_is_observed: bool = False
    accounts: list["MadeAccount"] = field(default_factory=list)


@dataclass(eq=False)
class MadeAccount:
    """An account with what its profile shows; for the truth, whom it names and what it shows of its own."""

    member: Member
    platform: str
    account_id: str
    login: str
    created_at: datetime
    is_living: bool = True
    claims: list[dict[str, object]] = field(default_factory=list)
    facts: set[Fact] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    full_name: bool = False
    domains: set[str] = field(default_factory=set)


@dataclass
class MadeCommunity:
    """Frames as the resolver takes them, and the truth.

    Attributes:
        accounts: platform, account_id, is_living, is_person_account, is_bot, created_at.
        claims: platform, account_id, kind, claimed_platform, value, is_verified, stated_at.
        logins: platform, account_id, login, valid_to.
        truth: platform, account_id, person, cluster (accounts that evidence connects), phenomena (a list).
    """

    accounts: pl.DataFrame
    claims: pl.DataFrame
    logins: pl.DataFrame
    truth: pl.DataFrame


def make_community(people: int, seed: int) -> MadeCommunity:
    """Make a community up; the same arguments give the same one."""
    members = _Population(people, seed).members
    made = [account for member in members for account in member.accounts]
    return MadeCommunity(_accounts(made), _claims(made), _logins(made), _truth(members))


class _Population:
    """Makes members, plants phenomena among them, and lets each fill in profiles."""

    def __init__(self, people: int, seed: int) -> None:
        self.random = Random(f"{seed}:identity")
        self._names = [Names(locale, seed=f"{seed}:{locale}") for locale in _LOCALES]
        self._handles: set[str] = set()
        self.members = [self._member(number, people) for number in range(people)]
        self._plant()
        for member in self.members:
            self._sign_up(member)
        for member in self.members:
            for account in member.accounts:
                self._fill_in(account)
        self._steal()

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def _member(self, number: int, people: int) -> Member:
        language = self.random.randrange(len(self._names))
        name = self.random.choice(_FREQUENT) if self.chance(0.02) else self._names[language].full_name()
        handle = self._handle()
        employer = f"company{int(people / 8 * self.random.random() ** 3)}.example.com"
        mailbox = f"{handle}{self.random.randrange(100)}@{self.random.choice(_PROVIDERS)}"
        own_domain = f"{handle}.dev" if self.chance(0.1) else None
        return Member(number, name, _registered(employer), handle, mailbox, own_domain)

    def _handle(self) -> str:
        while True:
            syllables = self.random.choices(("ka", "ri", "mo", "lu", "te", "shi", "bra", "von", "del", "ix", "an"), k=4)
            handle = "".join(syllables) + (str(self.random.randrange(100)) if self.chance(0.3) else "")
            if handle not in self._handles:
                self._handles.add(handle)
                return handle

    def _plant(self) -> None:
        """Give each phenomenon its share of people; nobody takes part in two that are planted here."""
        order = self.random.sample(self.members, len(self.members))
        taken = iter(order)

        def some(phenomenon: str) -> list[Member]:
            chosen = [next(taken) for _ in range(round(SHARES[phenomenon] * len(order)))]
            for member in chosen:
                member.phenomena.add(phenomenon)
            return chosen

        for group in _groups(some("shared mailbox"), self.random):
            mailbox = self.random.choice(_TEAMS) if self.chance(0.5) else self._handle()
            address = f"{mailbox}@{group[0].employer}"
            for member in group:
                member.employer, member.team_address = group[0].employer, address
        for one, other in _pairs(some("namesakes")):
            other.name = one.name
            if self.chance(0.1):
                other.employer = one.employer
        for loser, taker in _pairs(some("recycled login")):
            loser.former_login, loser.rename_is_observed = taker.handle, self.chance(0.5)
        for member in some("changed job"):
            member.former_employer = self.random.choice(order).employer
        for member in some("renamed account"):
            member.former_login, member.rename_is_observed = self._handle(), self.chance(0.6)
        some("second account")
        some("stolen handle")

    def _sign_up(self, member: Member) -> None:
        needed = {"recycled login", "renamed account", "second account", "stolen handle"} & member.phenomena
        platforms = [p for p, share in PLATFORMS.items() if self.chance(share) or (p == "github" and needed)]
        for platform in platforms or ["slack"]:
            member.accounts.append(self._account(member, platform, member.handle))
        if "second account" in member.phenomena:
            member.accounts.append(self._account(member, "github", self._handle()))

    def _account(self, member: Member, platform: str, login: str) -> MadeAccount:
        form = self.random.random() if platform in ("slack", "discord", "artifact_hub") else 1
        login = self._handle() if form < 0.35 else f"{login}_{self.random.randrange(1000)}" if form < 0.5 else login
        is_taker = "recycled login" in member.phenomena and member.former_login is None
        years = self.random.uniform(0.2, 1) if is_taker else self.random.uniform(2, 12)
        created_at = NOW - timedelta(days=365 * years)
        number = 1000 + member.number * 10 + len(member.accounts)
        ids = {"github": f"{number}", "terraform_registry": login}
        account_id = ids.get(platform, f"{platform[0].upper()}{number}")
        is_living = not (platform == "github" and self.chance(0.02) and not member.phenomena)
        return MadeAccount(member, platform, account_id, login, created_at, is_living)

    def _fill_in(self, account: MadeAccount) -> None:
        member, platform = account.member, account.platform
        if not account.is_living:
            return
        if self.chance(NAME_SHOWN[platform]):
            self._show_name(account)
        if self.chance(EMAIL_SHOWN[platform]):
            self._show_address(account)
        if platform in ("github", "slack") and self.chance(0.2):
            own = self.chance(0.9)
            handle = f"{member.handle}_x" if own else member.employer.partition(".")[0]
            _claim(account, "handle", handle, "x")
            account.facts |= {("x", handle)} if own else set()
        if platform in ("github", "artifact_hub") and self.chance(0.25):
            self._show_website(account)
        github = next((a for a in member.accounts if a.platform == "github"), None)
        if github:
            self._name_github(account, github)
        elif platform == "terraform_registry":
            _claim(account, "namespace", account.login, "github", is_verified=True)
        for other in member.accounts:
            if platform == "github" and other.platform in ("slack", "discord") and self.chance(0.04):
                _claim(account, "handle", other.login, other.platform)
                account.names.add(other.account_id)

    def _show_name(self, account: MadeAccount) -> None:
        words = account.member.name.split()
        form, shown = self.random.random(), account.member.name
        if form < 0.06:
            shown = account.login
        elif form < 0.12:
            shown = words[0]
        elif form < 0.2:
            shown = f"{words[0]} {words[-1][0]}."
        elif form < 0.25:
            shown = f"{words[-1]}, {' '.join(words[:-1])}"
        elif form < 0.28:
            shown = shown.lower()
        account.full_name = form >= 0.2
        _claim(account, "full_name", shown)

    def _employer(self, account: MadeAccount) -> str:
        member = account.member
        return member.former_employer if member.former_employer and account.platform == "github" else member.employer

    def _show_address(self, account: MadeAccount) -> None:
        member, is_verified = account.member, account.platform != "artifact_hub"
        if account.platform == "artifact_hub" and self.chance(0.1):
            github = next((a for a in member.accounts if a.platform == "github"), None)
            if github:
                prefix = f"{github.account_id}+" if self.chance(0.7) else ""
                _claim(account, "email", f"{prefix}{github.login}@users.noreply.github.com")
                account.names.add(github.account_id)
                return
        employer = self._employer(account)
        at_work = f"{member.handle}@{employer}"
        address = at_work if self.chance(0.5) else (f"me@{member.own_domain}" if member.own_domain else member.mailbox)
        if member.team_address and self.chance(0.7):
            address = member.team_address
        else:
            account.facts.add(("address", address))
        domain = address.rpartition("@")[2]
        account.domains |= {domain} - set(_PROVIDERS)
        shown = address.title() if self.chance(0.05) else address
        _claim(account, "email", shown, is_verified=is_verified)

    def _show_website(self, account: MadeAccount) -> None:
        member = account.member
        if self.chance(0.3):
            page, domain = f"https://www.{self._employer(account)}", self._employer(account)
        elif member.own_domain:
            page, domain = f"https://{member.own_domain}/", member.own_domain
            account.facts.add(("website", member.own_domain))
        else:
            page, domain = f"https://blog.example.net/{member.handle}", ""
            account.facts.add(("website", page))
        account.domains |= {domain} - {""}
        _claim(account, "website", page)

    def _name_github(self, account: MadeAccount, github: MadeAccount) -> None:
        """A profile elsewhere names the person's GitHub account, as it was called when that was written."""
        shares = {"slack": 0.15, "discord": 0.25, "artifact_hub": 0.3, "terraform_registry": 0.95}
        if account.platform not in shares or not self.chance(shares[account.platform]):
            return
        member, login, stated_at = account.member, github.login, None
        if member.former_login:
            login = member.former_login
            stated_at = NOW - timedelta(days=365 * self.random.uniform(1.2, 2)) if self.chance(0.7) else None
        if self.chance(1 / 30):
            _claim(account, "handle", login[:-1] + "q", "github", stated_at=stated_at)
            return
        kind = {"terraform_registry": "namespace", "artifact_hub": "website"}.get(account.platform, "handle")
        value = f"https://github.com/{login}" if kind == "website" else login
        platform = None if kind == "website" else "github"
        is_verified = kind == "namespace" or (account.platform == "discord" and self.chance(0.5))
        _claim(account, kind, value, platform, is_verified=is_verified, stated_at=stated_at)
        if not member.former_login or member.rename_is_observed:
            account.names.add(github.account_id)

    def _steal(self) -> None:
        """Let accounts on Slack or Discord name a GitHub login that is a stranger's."""
        victims = [m for m in self.members if "stolen handle" in m.phenomena]
        thieves = [a for m in self.members if not m.phenomena for a in m.accounts if a.platform in ("slack", "discord")]
        for victim, thief in zip(victims, self.random.sample(thieves, len(victims)), strict=True):
            login = next(a.login for a in victim.accounts if a.platform == "github")
            thief.claims = [c for c in thief.claims if c["claimed_platform"] != "github"]
            thief.names.clear()
            thief.member.phenomena.add("stolen handle")
            _claim(thief, "handle", login, "github")


def _registered(host: str) -> str:
    """`company7.example.com` as a domain of its own."""
    return f"{host.partition('.')[0]}.com"


def _groups(members: list[Member], random: Random) -> Iterator[list[Member]]:
    while members:
        size = random.choice((2, 2, 3, 4))
        group, members = members[:size], members[size:]
        yield group


def _pairs(members: list[Member]) -> Iterator[tuple[Member, Member]]:
    return zip(members[::2], members[1::2], strict=False)


def _claim(
    account: MadeAccount,
    kind: str,
    value: str,
    claimed_platform: str | None = None,
    is_verified: bool = False,
    stated_at: datetime | None = None,
) -> None:
    account.claims.append(
        {
            "kind": kind,
            "claimed_platform": claimed_platform,
            "value": value,
            "is_verified": is_verified,
            "stated_at": stated_at,
        }
    )


def _accounts(made: list[MadeAccount]) -> pl.DataFrame:
    rows = [
        {
            "platform": a.platform,
            "account_id": a.account_id,
            "is_living": a.is_living,
            "is_person_account": True,
            "is_bot": False,
            "created_at": a.created_at,
        }
        for a in made
    ]
    return pl.DataFrame(rows, schema_overrides={"created_at": _TIME})


def _claims(made: list[MadeAccount]) -> pl.DataFrame:
    rows = [{"platform": a.platform, "account_id": a.account_id, **claim} for a in made for claim in a.claims]
    return pl.DataFrame(
        rows, schema_overrides={"stated_at": _TIME, "claimed_platform": pl.String}, infer_schema_length=None
    )


def _logins(made: list[MadeAccount]) -> pl.DataFrame:
    now = [(a.platform, a.account_id, a.login, None) for a in made if a.is_living]
    renamed_at = NOW - timedelta(days=400)
    before = [
        (a.platform, a.account_id, a.member.former_login, renamed_at)
        for a in made
        if a.platform == "github" and a.member.rename_is_observed
    ]
    schema: Schema = {"platform": pl.String, "account_id": pl.String, "login": pl.String, "valid_to": _TIME}
    gone = [(a.platform, a.account_id, a.login, NOW) for a in made if not a.is_living]
    return pl.DataFrame([*now, *before, *gone], schema=schema, orient="row")


def _truth(members: list[Member]) -> pl.DataFrame:
    rows = []
    for member in members:
        clusters = _clusters(member.accounts)
        for account in member.accounts:
            key = (account.platform, account.account_id, member.number)
            rows.append((*key, clusters[account], sorted(member.phenomena)))
    schema: Schema = {"platform": pl.String, "account_id": pl.String, "person": pl.Int64}
    marks: Schema = {"cluster": pl.String, "phenomena": pl.List(pl.String)}
    return pl.DataFrame(rows, schema={**schema, **marks}, orient="row")


def _is_findable(one: MadeAccount, other: MadeAccount) -> bool:
    """Whether anything says that two accounts of one person are."""
    at_one_domain = one.full_name and other.full_name and bool(one.domains & other.domains)
    names = other.account_id in one.names or one.account_id in other.names
    return names or bool(one.facts & other.facts) or at_one_domain


def _clusters(accounts: list[MadeAccount]) -> dict[MadeAccount, str]:
    """One person's accounts by the first account that a chain leads to."""
    of = {account: {account} for account in accounts}
    for one, other in combinations(accounts, 2):
        if _is_findable(one, other):
            merged = of[one] | of[other]
            for account in merged:
                of[account] = merged
    return {account: min(f"{a.platform}:{a.account_id}" for a in of[account]) for account in accounts}


def measured(community: MadeCommunity, components: pl.DataFrame) -> pl.DataFrame:
    """How right components are, in pairs of accounts: overall and for each phenomenon.

    A phenomenon's pairs are those of the components that somebody marked with it is in, or should be in.

    Args:
        community: with the truth.
        components: platform, account_id, component.

    Returns:
        phenomenon (`overall` first), people, joined (pairs), right, precision, findable, found, recall.
    """
    joined = community.truth.join(components, on=["platform", "account_id"])
    rows = [{"phenomenon": "overall", **_counts(joined)}]
    for phenomenon in SHARES:
        marked = joined.filter(pl.col("phenomena").list.contains(phenomenon))
        touched = pl.concat(
            [joined.join(marked, on=key, how="semi") for key in ("component", "person")],
        ).unique(["platform", "account_id"])
        rows.append({"phenomenon": phenomenon, **_counts(touched)})
    return pl.DataFrame(rows).with_columns(
        precision=pl.col("right") / pl.col("joined"), recall=pl.col("found") / pl.col("findable")
    )


def _counts(accounts: pl.DataFrame) -> dict[str, int]:
    def pairs(*key: str) -> int:
        sizes = accounts.group_by(key).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    return {
        "people": accounts["person"].n_unique(),
        "joined": pairs("component"),
        "right": pairs("component", "person"),
        "findable": pairs("cluster"),
        "found": pairs("cluster", "component"),
    }
