"""Where the API documents, the fixtures and the docs that are read lie: beside the package, or in it once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def openapi_dir() -> Path:
    """The folder of the OpenAPI documents, one YAML file per API."""
    return _folder("openapi")


def fixtures_dir() -> Path:
    """The folder of the scenarios that come with the project."""
    return _folder("fixtures")


def docs_dir() -> Path:
    """The folder of the documents; of an installed package, only of those that the program itself reads."""
    return _folder("docs")


def _folder(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parents[1] / name
