"""Whom made-up people work for, and how they type it.

What belongs here: the employers, their share of the people, and the ways of writing them down.
"""

import re
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from mimesis import Person
from mimesis.locales import Locale

from community_assets.sandbox.vocabulary import (
    COMPANY_FORMS,
    EMPLOYER_KINDS,
    FICTIONAL_EMPLOYERS,
    JOBS,
    LEGAL_FORMS,
    NO_COMPANY,
)

PEOPLE_PER_EMPLOYER = 12
NO_COMPANY_SHARE = 0.09


@dataclass(frozen=True, slots=True)
class Employer:
    """A made-up employer."""

    name: str
    legal: str

    @property
    def login(self) -> str:
        """Login of its organization."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def domain(self) -> str:
        """Domain of its web site and e-mail."""
        return f"{self.login}.example"


class LabourMarket:
    """The employers of a community; the n-th has about 1/(n+3) of the people, so the first ones form clusters."""

    def __init__(self, people: int, seed: int) -> None:
        self._random = Random(f"{seed}:employers")
        surnames = Person(Locale.EN, seed=f"{seed}:employers")
        count = max(len(FICTIONAL_EMPLOYERS), people // PEOPLE_PER_EMPLOYER)
        made_up = (f"{surnames.last_name()} {self._random.choice(EMPLOYER_KINDS)}" for _ in range(count))
        names = list(dict.fromkeys([*FICTIONAL_EMPLOYERS, *made_up]))[:count]
        self.employers = [Employer(name, self._random.choice(LEGAL_FORMS)) for name in names]
        self._sizes = list(accumulate(1 / (rank + 3) for rank in range(len(names))))
        self._forms, self._form_shares = list(COMPANY_FORMS), list(accumulate(COMPANY_FORMS.values()))

    def hire(self) -> Employer | None:
        """Return somebody's employer; None for those who fill the field without having one."""
        if self._random.random() < NO_COMPANY_SHARE:
            return None
        return self._random.choices(self.employers, cum_weights=self._sizes)[0]

    def write(self, employer: Employer | None) -> str:
        """Return an employer as somebody types it."""
        if employer is None:
            return self._random.choice(NO_COMPANY)
        other = self._random.choice(self.employers)
        form = self._random.choices(self._forms, cum_weights=self._form_shares)[0]
        return form.format(
            name=employer.name,
            legal=employer.legal,
            login=employer.login,
            domain=employer.domain,
            lower=employer.name.lower(),
            upper=employer.name.upper(),
            other=other.name,
            other_login=other.login,
            job=self._random.choice(JOBS),
        )
