"""The command `heroes doctor`."""


def doctor() -> None:
    """Check everything that a refresh needs."""
