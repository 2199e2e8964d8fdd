"""Where the API documents and the fixtures lie: beside the package, or inside it once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def openapi_dir() -> Path:
    """The folder of the OpenAPI documents, one YAML file per API."""
    return _folder("openapi")


def fixtures_dir() -> Path:
    """The folder of the scenarios that come with the project."""
    return _folder("fixtures")


def _folder(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parents[1] / name
