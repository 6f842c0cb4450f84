"""Which plugins exist, and how the domain calls them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from casework.contract import hooks
from casework.contract.facts import Refusal
from casework.contract.focus import CaseType, FocusArea
from casework.core.errors import PluginBroken
from casework.core.permissions import Permission

GROUP = "casework.plugins"


class Registry:
    """The plugins of this installation. Built once at start-up, then never changed."""

    def __init__(self, plugins: Mapping[str, object], *, problems: Iterable[str] = ()) -> None:
        """Register and check every plugin; raises PluginBroken with every fault of every one."""
        self._manager = pluggy.PluginManager("casework")
        self._manager.add_hookspecs(hooks)
        self._owners: dict[str, str] = {}
        self.areas: dict[str, FocusArea] = {}
        found = list(problems)
        for name, plugin in plugins.items():
            found += self._register(name, plugin)
        if found:
            raise PluginBroken(found)

    @classmethod
    def installed(cls, allowed: Iterable[str] | None = None) -> Registry:
        """Load the allowed plugins, or all that are installed; the code of any other is never imported."""
        points: dict[str, EntryPoint] = {point.name: point for point in entry_points(group=GROUP)}
        names = sorted(points) if allowed is None else list(dict.fromkeys(allowed))
        problems = [f"{name}: tillåten men inte installerad" for name in names if name not in points]
        loaded: dict[str, object] = {}
        for name in names:
            if name in points:
                try:
                    loaded[name] = points[name].load()
                except Exception as error:  # noqa: BLE001 a stranger's module may raise anything; it is named below
                    problems.append(f"{name}: kan inte laddas: {type(error).__name__}: {error}")
        return cls(loaded, problems=problems)

    def _register(self, name: str, plugin: object) -> list[str]:
        try:
            self._manager.register(plugin, name=name)
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            if self._manager.is_registered(plugin):
                self._manager.unregister(plugin)
            return [f"{name}: {error}"]
        try:
            answers = self._call(name, "casework_focus_area")
        except Exception as error:  # noqa: BLE001 as above
            return [f"{name}: casework_focus_area raised {type(error).__name__}: {error}"]
        if len(answers) != 1 or not isinstance(answers[0], FocusArea):
            return [f"{name}: casework_focus_area must give one FocusArea"]
        area = answers[0]
        if area.name in self.areas:
            return [f"{name}: the focus area {area.name!r} is already declared by {self._owners[area.name]}"]
        self.areas[area.name] = area
        self._owners[area.name] = name
        return [*area.problems(), *_unknown_permissions(area)]

    def case_type(self, area: str, name: str) -> CaseType | None:
        """The declaration of a case type, or None when its plugin is no longer there."""
        focus = self.areas.get(area)
        return next((kind for kind in focus.case_types if kind.name == name), None) if focus else None

    def refusals(self, area: str, hook: str, **facts: Any) -> list[Refusal]:
        """Ask the plugin that owns a case, and no other, whether something may be done."""
        return [refusal for answer in self._call(self._owners[area], hook, **facts) for refusal in answer or ()]

    def tell(self, area: str, hook: str, **facts: Any) -> None:
        """Tell the owner of a case, and no other, what has happened."""
        self._call(self._owners[area], hook, **facts)

    def _call(self, owner: str, hook: str, **facts: Any) -> list[Any]:
        plugin = self._manager.get_plugin(owner)
        others = [other for other in self._manager.get_plugins() if other is not plugin]
        answers: list[Any] = self._manager.subset_hook_caller(hook, others)(**facts)
        return answers


def _unknown_permissions(area: FocusArea) -> list[str]:
    known = {permission.value for permission in Permission}
    return [
        f"{area.name}: {kind.name}: transition {step.name!r} takes an unknown permission {step.permission!r}"
        for kind in area.case_types
        for step in kind.workflow.transitions
        if step.permission not in known
    ]
