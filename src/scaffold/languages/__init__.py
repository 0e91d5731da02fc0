"""The languages that samples are written in: all that is said of one stands in its module.

To add a language, add a module or folder with its `LANGUAGE` here, its name to `copier.yml`, and
folders of that name to `templates/`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from scaffold.errors import TemplateError
from scaffold.languages.language import Language

# What a project is written in unless somebody says otherwise; it goes without saying in names.
DEFAULT = "python"
_SHARED = ("language",)


def language_names() -> list[str]:
    """Name all languages, the default one first."""
    found = [module.name for module in iter_modules(__path__) if module.name not in _SHARED]
    return sorted(found, key=lambda name: (name != DEFAULT, name))


def find_language(name: str) -> Language:
    """Give the language of that name.

    Raises:
        TemplateError: there is no module for it.
    """
    if name != DEFAULT and name not in language_names():
        known = ", ".join(language_names())
        raise TemplateError(f"there is no module for the language '{name}' (there is: {known})")
    language: Language = import_module(f"scaffold.languages.{name}").LANGUAGE
    return language


def all_languages() -> list[Language]:
    """Give all languages, the default one first."""
    return [find_language(name) for name in language_names()]


def project_folder(template: str, language: str) -> str:
    """Name the folder of a project, unless somebody names another."""
    return f"{template}-{find_language(language).suffix}"


def language_of(project: Path) -> Language | None:
    """Find the language of a project on disk; None for a folder that is no project."""
    for language in all_languages():
        if all((project / name).is_file() for name in (language.entry, language.manifest)):
            return language
        if language.package(project) is not None:
            return language
    return None


def manifest_of(project: Path) -> str:
    """Name the file that says what a project needs; where nothing else is known, as by default."""
    return (language_of(project) or find_language(DEFAULT)).manifest_of(project)


def package_of(project: Path) -> str | None:
    """Name the package of a project on disk; None for a sample, or for no project."""
    folder = modules_of(project)
    return None if folder == project else folder.name


def modules_of(project: Path) -> Path:
    """Find the folder with a project's modules: its top, or that of its package."""
    found = (language.package(project) for language in all_languages())
    return next((folder for folder in found if folder is not None), project)
