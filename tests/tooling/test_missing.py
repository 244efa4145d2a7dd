"""A missing program skips its tests on one machine and fails them in continuous integration."""

import pytest

from tests.support.missing import PREFIX, require_component, require_program


def test_a_missing_component_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=PREFIX):
        require_component("a program", present=False)


def test_a_missing_component_fails_in_continuous_integration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=PREFIX):
        require_program("no-such-program", "its-package")


def test_a_present_component_changes_nothing() -> None:
    require_component("a program", present=True)
    assert require_program("sh").endswith("/sh")
