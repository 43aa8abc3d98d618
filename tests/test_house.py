"""What must hold for the files of the project, whatever is in them."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from finsam_tracker.configuration.reading import read_federation_file
from finsam_tracker.demo.load import FILE as DEMO
from initiatives.common_lists import COMMON_LISTS

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

# In parts, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("proxy", "golang", "org"),
        ("maven", "apache", "org"),
    )
]
MACHINE_PATH = "/".join(("", "work", ""))


def git(*arguments: str) -> str:
    """Asks git, also when the clone belongs to another user than the one who tests it."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("This copy of the project is not a git repository.")
    command = ["git", "-c", "safe.directory=*", *arguments]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, f"{' '.join(command)}: {answer.stderr}"
    return answer.stdout


def files_of_the_project() -> list[Path]:
    """Those that are, or could be, committed; without the locks and the copied-in Bootstrap."""
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    own = [name for name in names if not re.search(r"^requirements/.*\.txt$|static/bootstrap/", name)]
    return [ROOT / name for name in own if (ROOT / name).is_file()]


def dependencies_as_written(opening: str) -> list[tuple[str, str]]:
    """Each dependency of a list in pyproject.toml, with the line above it."""
    lines = [line.strip() for line in (ROOT / "pyproject.toml").read_text().splitlines()]
    first = lines.index(opening) + 1
    block = lines[first : lines.index("]", first)]
    pairs = zip(["", *block], block, strict=False)
    return [(line.rstrip(",").strip('"'), above) for above, line in pairs if line.startswith('"')]


def is_explained(name: str, above: str, explained: str) -> bool:
    """One comment may speak for a package and its plugins, and for type stubs that stand in a row."""
    plugin = name.startswith(f"{explained}-")
    stubs = bool({"stubs", "types"} & set(name.split("-")))
    return above.startswith("# ") or (above.startswith('"') and (plugin or stubs))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_address(lock: Path):
    assert "://" not in lock.read_text()


def test_the_three_locks_are_there():
    assert [lock.name for lock in LOCKS] == ["dev.lock.txt", "main.lock.txt", "uv.lock.txt"]


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml"])
def test_git_ignores_a_lock_that_would_name_addresses(name: str):
    assert git("check-ignore", "--no-index", name) == f"{name}\n"


@pytest.mark.parametrize("opening", ["dependencies = [", "dev = ["])
def test_every_dependency_says_what_it_is_for(opening: str):
    unexplained, explained = [], ""
    for dependency, above in dependencies_as_written(opening):
        name = re.split(r"[\[<>=~ ;]", dependency)[0]
        if not is_explained(name, above, explained):
            unexplained.append(name)
        explained = name if above.startswith("# ") else explained
    assert unexplained == [], "A comment line above each in pyproject.toml says what it is for."


def test_the_dependency_lists_are_read_whole():
    """The test above reads lines; a list written in another way would slip through it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    read = {opening: len(dependencies_as_written(f"{opening} = [")) for opening in ("dependencies", "dev")}
    written = {"dependencies": project["project"]["dependencies"], "dev": project["dependency-groups"]["dev"]}
    assert read == {opening: len(listed) for opening, listed in written.items()}


def test_no_file_names_a_registry_or_a_path_of_the_machine():
    forbidden = re.compile("|".join(map(re.escape, [*REGISTRIES, MACHINE_PATH])).encode(), re.IGNORECASE)
    found = {
        str(path.relative_to(ROOT)): hit.group().decode()
        for path in files_of_the_project()
        if (hit := forbidden.search(path.read_bytes()))
    }
    assert found == {}


CODE = {".py", ".html", ".js", ".css"}
OF_THE_DEMO = re.compile(r"^(?:finsam_tracker/demo|tests)/")


def words_of_the_demo() -> set[str]:
    """The names that only the demo federation has, and the codes of reasons that are its own.

    What an initiative is called may also be a word of the common lists: that one is everybody's.
    """
    demo = read_federation_file(DEMO)
    names = {name for i in demo.initiatives for name in (i.slug, i.name, i.label)} | {
        m.name for m in demo.municipalities
    }
    own_codes = {reason.code for reason in demo.exit_reasons if "-" in reason.code}
    common = {item.label for items in COMMON_LISTS.values() for item in items}
    return ({"Sörmland", "SIKTA", demo.slug, demo.name} | names | own_codes) - common


def test_the_code_knows_nothing_of_the_demo_federation():
    words = words_of_the_demo()
    assert len(words) > 20
    told = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE)
    found = {
        str(path.relative_to(ROOT)): hit.group()
        for path in files_of_the_project()
        if path.suffix in CODE and not OF_THE_DEMO.match(str(path.relative_to(ROOT)))
        if (hit := told.search(path.read_text(encoding="utf-8")))
    }
    assert found == {}
