"""Privacy: accounts whose people asked to be forgotten are dropped from every batch before anything is stored.

The register keeps only a keyed hash of such an account; the key lies in a file apart, so that a copy of the register
alone tells nothing about who it is.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from community_assets.register import Register
from community_assets.settings import ConfigurationError, Paths

_KEY_BYTES = 32


@dataclass(frozen=True)
class Suppression:
    """Which accounts must not be stored."""

    key: bytes
    hashes: frozenset[str]

    def hash(self, platform: str, account_id: str) -> str:
        """HMAC-SHA-256 of one account, in hexadecimal."""
        return hmac.new(self.key, f"{platform}:{account_id}".encode(), hashlib.sha256).hexdigest()

    def batch_filter(self, platform: str, column: str) -> Callable[[pa.Table], pa.Table]:
        """A map over Arrow batches that drops rows whose account, named by `column`, is suppressed."""

        def keep(rows: pa.Table) -> pa.Table:
            if not self.hashes:
                return rows
            ids = rows[column].to_pylist()
            mask = [i is None or self.hash(platform, str(i)) not in self.hashes for i in ids]
            return rows.filter(pa.array(mask, pa.bool_()))

        return keep


def load_suppression(paths: Paths) -> Suppression:
    """Read the key, made on first use and readable by its owner only, and the hashes of the register.

    Raises:
        ConfigurationError: the key does not belong to the hashes: without it nobody could be kept out.
    """
    hashes = Register(paths.register).suppressed_hashes()
    if hashes and not paths.suppression_key.exists():
        raise ConfigurationError(f"{paths.suppression_key}: missing; expected the key of the register's suppressions")
    key = _key(paths.suppression_key)
    if len(key) != _KEY_BYTES:
        raise ConfigurationError(f"{paths.suppression_key}: damaged; expected {_KEY_BYTES} bytes, restore it")
    return Suppression(key, hashes)


def suppress(paths: Paths, platform: str, account_id: str) -> None:
    """From now on, drop the rows of an account before they are stored."""
    register = Register(paths.register)
    register.suppress(load_suppression(paths).hash(platform, account_id))


def _key(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        try:
            os.link(draft, path)  # unlike a rename it never replaces the key of another process
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
