"""What a plugin is held to: its tests inherit ``PluginContract``, name the plugin and get the tests written here.

pytest loads this module by its entry point before anything is measured; so it imports casework only where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from casework.contract import CaseFacts, CaseType, FocusArea, Form, Refusal
    from casework.core.registry import Registry
    from casework.testing.trial import Trial


@pytest.fixture
def casework_trial(tmp_path: Path) -> Iterator[Callable[..., Trial]]:
    """Founds an embedded installation with the plugins named by their entry points, or those of a registry."""
    from casework.core.registry import Registry
    from casework.testing import trial

    made: list[Trial] = []

    def found(*plugins: str, registry: Registry | None = None) -> Trial:
        made.append(trial.found(registry or Registry.installed(plugins), tmp_path))
        return made[-1]

    yield found
    for one in made:
        one.installation.engine.dispose()


class PluginContract:
    """The tests of a plugin; ``plugin`` is its name in the entry-point group ``casework.plugins``."""

    plugin = ""

    @pytest.fixture
    def registry(self) -> Registry:
        """The plugin, loaded as an installation loads it, and no other."""
        from casework.core.registry import Registry

        return Registry.installed([self.plugin])

    @pytest.fixture
    def area(self, registry: Registry) -> FocusArea:
        """What the plugin declares."""
        return next(iter(registry.areas.values()))

    def test_it_declares_one_sound_focus_area(self, registry: Registry) -> None:
        """A plugin is one focus area, and nothing is wrong with it."""
        problems = [problem for area in registry.areas.values() for problem in area.problems()]
        assert len(registry.areas) == 1, sorted(registry.areas)
        assert problems == [], problems

    def test_every_name_can_be_kept(self, area: FocusArea) -> None:
        """Names are lower-case ASCII and no longer than the columns they are written to."""
        from casework.testing.declared import LONGEST_NAME, NAMES, names

        wrong = [
            f"{what} {name!r}"
            for what, name in names(area)
            if not NAMES.fullmatch(name) or len(name) > LONGEST_NAME[what]
        ]
        assert wrong == [], wrong

    def test_every_word_on_the_screen_is_swedish(self, area: FocusArea) -> None:
        """Labels, choices and refusals are there, in Swedish, trimmed and beginning like a sentence."""
        from casework.testing.declared import is_swedish, texts

        wrong = [f"{where}: {text!r}" for where, text in texts(area) if not is_swedish(text)]
        assert wrong == [], wrong

    def test_every_open_state_leads_to_an_end(self, area: FocusArea) -> None:
        """No case and no side track can come to a place it never gets away from."""
        from casework.testing.declared import stuck

        found = [state for kind in area.case_types for state in stuck(kind)]
        assert found == [], found

    def test_every_step_can_be_taken_by_somebody(self, area: FocusArea) -> None:
        """A step takes a permission that some role holds together with that of taking steps at all."""
        from casework.core.permissions import GRANTS, Permission

        lost = [
            f"{kind.name}: {step.name}"
            for kind in area.case_types
            for step in kind.workflow.transitions
            if not any({Permission.CASE_DECIDE, step.permission} <= granted for granted in GRANTS.values())
        ]
        assert lost == [], lost

    def test_every_guard_can_be_met(self, area: FocusArea) -> None:
        """A guard asks for no answer that may be sealed, and for no dates that the form does not hold."""
        from casework.testing.declared import unmeetable

        found = [guard for kind in area.case_types for guard in unmeetable(kind)]
        assert found == [], found

    def test_nothing_sealed_may_be_shared(self, area: FocusArea) -> None:
        """What opens to named persons only is declared for no agency."""
        from casework.contract import Sensitivity
        from casework.testing.declared import forms

        shared = [
            f"{form.name}: {field.name}"
            for _kind, form in forms(area)
            for field in form.fields
            if field.sensitivity is Sensitivity.SEALED and field.shared_with
        ]
        assert shared == [], shared

    def test_every_form_can_be_shown(
        self, registry: Registry, area: FocusArea, casework_trial: Callable[..., Trial]
    ) -> None:
        """Each form becomes a page's form in which every question stands."""
        from casework.testing.declared import forms
        from casework.testing.pages import unasked

        installation = casework_trial(registry=registry).installation
        for _kind, form in forms(area):
            lacking = unasked(installation, form)
            assert lacking == [], f"{form.name}: {lacking}"

    def test_every_form_can_be_signed_and_nothing_sealed_lies_in_the_clear(
        self, registry: Registry, area: FocusArea, casework_trial: Callable[..., Trial]
    ) -> None:
        """Answers come back as they were written, and the database's files hold none of what is kept closely."""
        from casework.contract import Sensitivity
        from casework.testing.declared import answers, forms, spellings

        trial, closely, numbers = casework_trial(registry=registry), set[str](), []
        for kind, form in forms(area):
            wanted = answers(form)
            number, read = trial.sign(area.name, kind, form, wanted)
            opened = {f.name: wanted[f.name] for f in form.fields if f.sensitivity is not Sensitivity.SEALED}
            assert read == opened, f"{form.name}: {sorted(set(opened) ^ set(read))}"
            closely |= {wanted[f.name] for f in form.fields if f.sensitivity is not Sensitivity.OPEN}
            numbers.append(number)
        written = trial.bytes_on_disk()
        assert all(number.encode() in written for number in numbers), "the database is not where it was looked for"
        words = sorted(text for text in closely if text.startswith("KX"))
        told = [text for text in words if any(one in written for one in spellings(text))]
        assert told == [], told

    def test_its_hooks_refuse_in_words_and_never_raise(self, registry: Registry, area: FocusArea) -> None:
        """Whatever a case looks like, a hook answers with refusals an officer can act on, or with nothing."""
        from casework.contract import Refusal
        from casework.testing.declared import facts, is_swedish

        for kind in area.case_types:
            for case in facts(kind):
                said = [*_about_forms(registry, area, kind, case), *_about_steps(registry, area, kind, case)]
                wrong = [one for one, _form in said if not isinstance(one, Refusal) or not is_swedish(one.reason)]
                assert wrong == [], wrong
                asked = [(one.field, form) for one, form in said if form is not None and one.field is not None]
                lost = [f"{form.name}: {name}" for name, form in asked if all(f.name != name for f in form.fields)]
                assert lost == [], lost


def _about_forms(
    registry: Registry, area: FocusArea, kind: CaseType, case: CaseFacts
) -> Iterator[tuple[Refusal, Form | None]]:
    from casework.testing.declared import answers

    for form in kind.forms:
        for values in ({}, answers(form)):
            asked = registry.refusals(area.name, "casework_check_entry", case=case, form=form, values=values)
            yield from ((refusal, form) for refusal in asked)


def _about_steps(
    registry: Registry, area: FocusArea, kind: CaseType, case: CaseFacts
) -> Iterator[tuple[Refusal, Form | None]]:
    from casework.contract import ActorFacts, Agency, Event, Level

    actor = ActorFacts("maja", Level.H)
    for step in kind.workflow.transitions:
        asked = registry.refusals(area.name, "casework_check_transition", case=case, transition=step, actor=actor)
        yield from ((refusal, None) for refusal in asked)
    for agency in Agency:
        asked = registry.refusals(area.name, "casework_check_handover", case=case, recipient=agency)
        yield from ((refusal, None) for refusal in asked)
    for name in ("entry:signed", "step:taken"):
        registry.tell(area.name, "casework_event", event=Event(name, case))
