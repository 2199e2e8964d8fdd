"""The pages that are written by code: `make docs` writes them, the docs check compares them."""

from collections.abc import Callable
from pathlib import Path

from tools.pages import (
    bounds,
    command_line,
    control_api,
    field_mapping,
    fields,
    migration,
    migration_steps,
    operations_list,
    platform_hosts,
    rules,
    scenario_list,
    settings_schema,
    stations,
    terminal,
)

ROOT = Path(__file__).parents[2]

# a path in the project, and what makes the whole text of that file
GENERATED: dict[str, Callable[[], str]] = {
    "docs/rules.md": rules.markdown,
    "docs/command-line.md": command_line.markdown,
    "docs/control-api.md": control_api.control_api,
    "docs/bounds.md": bounds.markdown,
    "docs/settings.md": control_api.settings,
    "docs/correspondence.md": field_mapping.markdown,
    "docs/fields.md": fields.markdown,
    "docs/from-orders-v0.md": migration.markdown,
    "docs/migration.md": migration_steps.guide,
    "docs/clients.md": platform_hosts.clients,
    "docs/design.md": stations.design,
    "docs/scenarios.md": scenario_list.scenarios,
    "docs/play.svg": terminal.played,
    "README.md": operations_list.readme,
    "openapi/control.yaml": settings_schema.document,
}


def stale() -> list[str]:
    """The generated files which are not what would be written now."""
    return [
        name for name, make in GENERATED.items() if not (ROOT / name).exists() or (ROOT / name).read_text() != make()
    ]
