"""The register of publications that a server reads: which there are, and which was in force when.

    published/publications.json     written by every load beside the pointer, without who loaded
    {"publications": [{"version", "load_id", "file", "sha256", "published_at", "definitions", "model",
                       "withdrawn"}, …],
     "served": [{"version", "from"}, …]}                                              oldest first

A publication that was gone back behind (`cruscotto loads rollback`) is withdrawn: it counts no more. It is
never what a date means; the one that counts is, and the answer says what was served then. By its id a
withdrawn publication is still to be had.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from semantic.model_reader import nearest
from semantic.planner import Asked, instant_of
from semantic.server.errors import NotReady, PublicationGone, UnknownPublication

__all__ = ["Former", "Published", "Register", "protocol_time"]

_FILE = "publications.json"


@dataclass(frozen=True, slots=True)
class Published:
    """One publication of the register.

    Attributes:
        version: of the publication.
        load_id: of the load that published it.
        file: its name beside the pointer.
        sha256: digest of the file.
        published_at: with its zone.
        definitions: digest of all that it was computed by.
        model: digest of the semantic model of the time.
        withdrawn: whether it was gone back behind, and counts no more.
    """

    version: str
    load_id: str
    file: str
    sha256: str
    published_at: datetime
    definitions: str
    model: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Former:
    """A publication that a request is to be answered from, and since when and until when it was in force.

    Attributes:
        published: the publication.
        spans: from and to of each time that it was served and counted; None: to this day.
        served_then: version of the withdrawn publication that was served at the moment asked for, if one was.
    """

    published: Published
    spans: tuple[tuple[datetime, datetime | None], ...]
    served_then: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """What the answer says of it, under names of SDMX where it has them."""
        first, last = (self.spans[0][0], self.spans[-1][1]) if self.spans else (None, None)
        told: dict[str, Any] = {
            "version": self.published.version,
            "loadId": self.published.load_id,
            "publishedAt": protocol_time(self.published.published_at),
            "validFrom": protocol_time(first) if first else None,
            "validTo": protocol_time(last) if last else None,
            "definitions": self.published.definitions,
            "model": self.published.model,
            "withdrawn": self.published.withdrawn,
        }
        return told | ({"servedThen": self.served_then} if self.served_then else {})


class Register:
    """Reads the register of a published folder again whenever it was written again.

    Args:
        folder: the folder of the pointer.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._seen: tuple[int, int, int] | None = None
        self._publications: dict[str, Published] = {}
        self._served: list[tuple[datetime, str]] = []

    def find(self, asked: Asked, now: datetime, current: str) -> Former:
        """Return the publication that a request names.

        Args:
            asked: its id, or a time.
            now: the current time with its zone: what comes after it is unknown.
            current: version of the current publication.

        Raises:
            UnknownPublication: there is none of this id, or none yet at that time, or the time is to come.
            PublicationGone: this installation has no register of publications yet.
            NotReady: a publication has just begun to be served and is not in the register yet.
        """
        self._read(current)
        moment = instant_of(asked.as_of, asked.timezone)
        if moment is None:
            return self._of(self._named(asked.as_of))
        begins, following = moment
        if begins > now:
            raise UnknownPublication(
                f"'asOf' is {asked.as_of}, which is to come",
                code="AS_OF_FUTURE",
                suggestion="leave out 'asOf' for the present publication",
            )
        counting = [item for item in self._counting if item[0] < following]
        if not counting:
            first = protocol_time(self._counting[0][0]) if self._counting else "never"
            raise UnknownPublication(
                f"Nothing was published as of {asked.as_of}",
                code="AS_OF_TOO_EARLY",
                suggestion=f"the first publication that counts is of {first}",
            )
        served = [version for start, version in self._served if start < following][-1]
        found = self._publications[counting[-1][1]]
        return self._of(found, served if served != found.version else "")

    def history(self, asked: Asked, now: datetime, current: str) -> list[Former]:
        """Return every publication that counts, oldest first; up to the one that `asOf` names, if it does.

        Raises:
            As `find`.
        """
        self._read(current)
        last = self.find(asked, now, current).published.version if asked.as_of else ""
        versions: list[str] = []
        for _, version in self._counting:
            if version not in versions:
                versions.append(version)
            if version == last:
                break
        if last and last not in versions:
            versions.append(last)
        return [self._of(self._publications[version]) for version in versions]

    @property
    def _counting(self) -> list[tuple[datetime, str]]:
        """What was served and counts, from when; what is withdrawn leaves its time to the one before."""
        found: list[tuple[datetime, str]] = []
        for start, version in self._served:
            if not self._publications[version].withdrawn and (not found or found[-1][1] != version):
                found.append((start, version))
        return found

    def _of(self, published: Published, served_then: str = "") -> Former:
        starts: Sequence[tuple[datetime, str]] = self._counting
        ends = [*(start for start, _ in starts[1:]), None]
        spans = tuple(
            (start, end)
            for (start, version), end in zip(starts, ends, strict=False)
            if version == published.version
        )
        return Former(published, spans, served_then)

    def _named(self, name: str) -> Published:
        for published in self._publications.values():
            if name in (published.version, published.load_id):
                return published
        known = [published.load_id for published in self._publications.values()]
        raise UnknownPublication(
            f"No load that published anything, and no publication, has the id '{name}'",
            suggestion=nearest(name, known),
        )

    def _read(self, current: str) -> None:
        """Read the file, where it is another than the one that was read."""
        try:
            status = self._path.stat()
            stamp = status.st_mtime_ns, status.st_ino, status.st_size
            if stamp != self._seen:
                self._keep(json.loads(self._path.read_text(encoding="utf-8")))
                self._seen = stamp
        except FileNotFoundError:
            raise PublicationGone(
                "This installation has no register of its publications",
                code="NO_HISTORY",
                suggestion="the next `cruscotto load`, or `cruscotto loads recover`, writes it",
            ) from None
        except (OSError, ValueError, KeyError, TypeError):
            raise PublicationGone(
                "The register of publications is damaged",
                code="NO_HISTORY",
                suggestion="the next `cruscotto load`, or `cruscotto loads recover`, writes it again",
            ) from None
        if not self._served or self._served[-1][1] != current:
            raise NotReady(
                "The present publication is not in the register yet",
                code="HISTORY_BEHIND",
                suggestion="ask again in a moment; if that does not help, `cruscotto load` finishes what was "
                "interrupted",
            )

    def _keep(self, content: dict[str, Any]) -> None:
        publications = {
            str(item["version"]): Published(
                version=str(item["version"]),
                load_id=str(item["load_id"]),
                file=str(item["file"]),
                sha256=str(item["sha256"]),
                published_at=_moment(item["published_at"]),
                definitions=str(item["definitions"]),
                model=str(item["model"]),
                withdrawn=item["withdrawn"] is True,
            )
            for item in content["publications"]
        }
        served: list[tuple[datetime, str]] = []
        for item in content["served"]:
            # A clock that was set back does not reorder what was served.
            start = max([_moment(item["from"]), *(former for former, _ in served[-1:])])
            served.append((start, publications[str(item["version"])].version))
        self._publications, self._served = publications, served


def protocol_time(moment: datetime) -> str:
    """Return a moment as the protocol writes times: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
