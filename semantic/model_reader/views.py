"""Reads the views: which members of which cubes, reached by which joins, under which names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from semantic.model_reader.cubes import FORMATS, IDENTIFIER
from semantic.model_reader.definitions import (
    Cube,
    Dimension,
    Folder,
    Hierarchy,
    Measure,
    Member,
    View,
    ViewMember,
)
from semantic.model_reader.documents import Document, Node
from semantic.model_reader.errors import Problems, nearest
from semantic.model_reader.policies import read_policies
from semantic.model_reader.titles import titled

__all__ = ["cube_view", "read_views"]


def read_views(
    documents: Iterable[Document], cubes: Mapping[str, Cube], problems: Problems
) -> dict[str, View]:
    """Read all views; what is wrong goes to `problems`."""
    views: dict[str, View] = {}
    for document in documents:
        name = document.required("name")
        document.label = name or document.label
        if name in views or name in cubes or not IDENTIFIER.fullmatch(name):
            document.refuse("name", f"'{name}' is already a view or a cube, or is no name")
            continue
        views[name] = _Reader(name, document, cubes, problems).read()
    return views


def cube_view(cube: Cube) -> View:
    """Return the view through which a public cube is queried: its own members, under their own names."""
    members: list[Member] = [*cube.dimensions.values(), *cube.measures.values(), *cube.segments.values()]
    return View(
        name=cube.name,
        root=cube.name,
        title=cube.title,
        description=cube.description,
        place=cube.place,
        members={
            item.name: _view_member(_Shown(cube.name, cube.title), item.name, (cube.name,), item, {})
            for item in members
            if item.public
        },
        is_cube=True,
        meta=cube.meta,
        hierarchies=tuple(cube.hierarchies.values()),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """The name and title of a view."""

    name: str
    title: str


def _view_member(
    view: _Shown, name: str, path: tuple[str, ...], target: Member, override: Mapping[str, Any]
) -> ViewMember:
    own_format = "" if not isinstance(target, Dimension | Measure) else target.format
    # A title that nobody wrote is made from the name that the view gives.
    title = str(override.get("title") or (target.title if target.has_title else titled(name)))
    return ViewMember(
        view=view.name,
        name=name,
        path=path,
        target=target,
        title=title,
        long_title=f"{view.title} {title}",
        description=override.get("description") or target.description,
        format=override.get("format") or own_format,
        meta=override.get("meta") or target.meta,
    )


@dataclass(frozen=True, slots=True)
class _Include:
    """One entry of `includes`: a cube's member or hierarchy and the name it gets."""

    source: str
    name: str
    override: Mapping[str, Any] = field(default_factory=dict)


class _Reader:
    """Reads one view."""

    def __init__(self, name: str, document: Document, cubes: Mapping[str, Cube], problems: Problems) -> None:
        self._name = name
        self._title = document.text("title") or titled(name)
        self._document = document
        self._cubes = cubes
        self._problems = problems
        self._members: dict[str, ViewMember] = {}
        self._hierarchies: list[tuple[Hierarchy, str, str]] = []
        self._paths: dict[str, tuple[str, ...]] = {}

    def read(self) -> View:
        """Return the view with all members that could be made out."""
        document = self._document
        document.only("name", "title", "description", "public", "meta", "cubes", "folders", "access_policy")
        roots = [path[0] for item in document.documents("cubes") if (path := self._read_cube(item))]
        if not roots:
            document.refuse("cubes", "shows no cube")
        elif len(set(roots)) > 1:
            document.refuse("cubes", f"starts from several cubes: {', '.join(sorted(set(roots)))}")
        kinds = {
            name: member.type if member.kind == "dimension" else member.kind
            for name, member in self._members.items()
        }
        return View(
            name=self._name,
            root=roots[0] if roots else "",
            title=self._title,
            description=document.text("description"),
            place=document.place,
            members=self._members,
            public=document.flag("public", True),
            meta=document.meta(),
            hierarchies=tuple(self._shown(*item) for item in self._hierarchies),
            folders=self._folders(),
            policies=read_policies(document, self._name, kinds),
        )

    def _read_cube(self, document: Document) -> tuple[str, ...] | None:
        document.only("join_path", "prefix", "alias", "includes", "excludes")
        path = tuple(document.required("join_path").split("."))
        cube = self._walk(document, path)
        if cube is None:
            return None
        if self._paths.setdefault(cube.name, path) != path:
            document.refuse(
                "join_path",
                f"reaches '{cube.name}' by a second way",
                "declare a second cube on the same table",
            )
        prefix = f"{document.text('alias') or cube.name}_" if document.flag("prefix", False) else ""
        excluded = set(document.texts("excludes"))
        for name in excluded:
            if cube.member(name) is None and name not in cube.hierarchies:
                valid = (*cube.member_names, *cube.hierarchies)
                document.refuse("excludes", f"'{name}' is no member of '{cube.name}'", nearest(name, valid))
        for include in self._includes(document, cube, prefix):
            if include.source not in excluded:
                self._include(document, cube, path, include)
        return path

    def _walk(self, document: Document, path: tuple[str, ...]) -> Cube | None:
        for step, name in enumerate(path):
            if name not in self._cubes:
                document.refuse("join_path", f"'{name}' is no cube", nearest(name, self._cubes))
                return None
            if step and name not in self._cubes[path[step - 1]].joins:
                joins = self._cubes[path[step - 1]].joins
                message = f"'{path[step - 1]}' has no join to '{name}'"
                document.refuse("join_path", message, nearest(name, joins))
                return None
        return self._cubes[path[-1]]

    def _includes(self, document: Document, cube: Cube, prefix: str) -> Iterator[_Include]:
        if document.is_text("includes", "*"):
            for name in (*cube.member_names, *cube.hierarchies):
                yield _Include(name, prefix + name)
            return
        listed = list(document.nodes("includes"))
        if not listed:
            document.refuse("includes", "includes nothing", 'list members, or write "*"')
        includes = [self._listed(node, prefix) for node in listed]
        yield from includes
        sources = {include.source for include in includes}
        for include in includes:
            # A hierarchy brings its levels along, as in Cube.
            if include.source in cube.hierarchies:
                for level in cube.hierarchies[include.source].levels:
                    if level not in sources:
                        sources.add(level)
                        yield _Include(level, prefix + level)

    def _listed(self, node: Node, prefix: str) -> _Include:
        if isinstance(node.value, str):
            return _Include(node.value, prefix + node.value)
        document = Document(node, f"{self._name}.includes", self._problems)
        document.only("name", "alias", "title", "description", "format", "meta")
        source = document.required("name")
        override = {key: text for key in ("title", "description") if (text := document.text(key))}
        if "format" in document:
            override["format"] = document.choice("format", FORMATS, "")
        alias = document.text("alias") or source
        return _Include(source, prefix + alias, {**override, "meta": document.meta()})

    def _include(self, document: Document, cube: Cube, path: tuple[str, ...], include: _Include) -> None:
        if include.source in cube.hierarchies:
            if any(include.override.values()):
                message = f"'{include.source}' is a hierarchy: only its alias can be another in a view"
                document.refuse("includes", message, f"write it in '{cube.name}'")
            self._hierarchies.append((cube.hierarchies[include.source], cube.name, include.name))
            return
        target = cube.member(include.source)
        if target is None:
            valid = (*cube.member_names, *cube.hierarchies)
            message = f"'{include.source}' is no member of '{cube.name}'"
            document.refuse("includes", message, nearest(include.source, valid))
        elif include.name in self._members:
            document.refuse("includes", f"'{include.name}' is already in the view", "give it an alias")
        elif len(path) > 1 and isinstance(target, Measure):
            message = f"'{include.source}' is a measure of a joined cube: '{path[0]}' would multiply it"
            document.refuse("includes", message, f"show it in a view that starts from '{cube.name}'")
        else:
            member = _view_member(
                _Shown(self._name, self._title), include.name, path, target, include.override
            )
            self._members[include.name] = member

    def _shown(self, hierarchy: Hierarchy, cube: str, name: str) -> Hierarchy:
        shown = {
            member.target.name: member.name for member in self._members.values() if member.target.cube == cube
        }
        levels = tuple(shown[level] for level in hierarchy.levels if level in shown)
        source = f"{cube}.{hierarchy.name}"
        return replace(hierarchy, name=name, levels=levels, source=source)

    def _folders(self) -> tuple[Folder, ...]:
        folders = tuple(self._folder(item) for item in self._document.documents("folders"))
        names = [folder.name for folder in folders]
        for name in {name for name in names if names.count(name) > 1}:
            self._document.refuse("folders", f"has two folders called '{name}'")
        return folders

    def _folder(self, document: Document) -> Folder:
        document.only("name", "includes")
        name = document.required("name")
        members: list[str | Folder] = []
        for node in document.nodes("includes"):
            if isinstance(node.value, str):
                if node.value not in self._members:
                    message = f"'{node.value}' is no member of the view"
                    document.refuse("includes", message, nearest(node.value, self._members))
                else:
                    members.append(node.value)
            else:
                members.append(self._folder(Document(node, document.label, self._problems)))
        if not members:
            document.refuse("includes", f"the folder '{name}' holds nothing")
        return Folder(name, tuple(members))
