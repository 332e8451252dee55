"""The reference pages say what the code says."""

import pytest

from docs import generate


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_reference_page_is_what_make_docs_writes(name: str) -> None:
    assert (generate.DOCS / name).read_text("utf-8") == generate.PAGES[name](), "run `make docs`"
