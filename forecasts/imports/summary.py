"""What happened to a file, in lines for the terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Count

from forecasts.models import Observation, Source
from forecasts.quality import meaning_of, names

from .rows import Rows
from .stations import Station


def summary_of_rows(rows: Rows) -> Iterator[str]:
    tally, layout = rows.tally, rows.layout
    yield f"Rows read: {tally.rows:,}; empty cells: {tally.missing:,}."
    if tally.duplicates:
        yield f"Duplicates: {tally.duplicates:,} values for an hour that an earlier row has; the first one counts."
    for reason, number in tally.rejected.most_common():
        yield f"Rejected: {number:,} values, {reason}."
    if layout.skipped_columns:
        yield f"Skipped columns: {_listed(layout.skipped_columns)}."
    if skipped := layout.cells.skipped_parameters:
        yield f"Skipped parameters: {_listed(skipped)} ({sum(skipped.values()):,} rows)."


def summary_of_flags(stations: Iterable[Station], sources: Mapping[str, Source]) -> Iterator[str]:
    """What there is to say against the values of those hours, stored now or before."""
    counts: Counter[str] = Counter()
    for station in stations:
        rows = Observation.objects.filter(
            source=sources[station.id], observed_at__range=(station.first, station.last), flags__isnull=False
        )
        for flags, number in rows.values_list("flags").annotate(number=Count("pk")).order_by():
            counts.update(dict.fromkeys(names(flags), number))
    for name, number in counts.most_common():
        yield f"Flagged: {number:,} values, {name}: {meaning_of(name)}."


def summary_of_stations(stations: Iterable[Station], sources: Mapping[str, Source]) -> Iterator[str]:
    for station in stations:
        source = sources[station.id]
        span = f"{station.first:%Y-%m-%d %H:%M} to {station.last:%Y-%m-%d %H:%M} UTC"
        yield f"{source.location.slug}: {station.values:,} values, {span}.{_remark(source)}"


def summary_of_terms(changed: Iterable[Source]) -> Iterator[str]:
    for source in changed:
        yield f"{source.location.slug}: terms set to {source.licence or '-'}, {source.attribution or '-'}."


def missing_terms(sources: Iterable[Source]) -> Iterator[str]:
    for source in sources:
        missing = [name for name in ("licence", "attribution") if not getattr(source, name)]
        if missing:
            options = " and ".join(f"--{name}" for name in missing)
            yield (
                f"Warning: {source.location.slug} shows these values without {' or '.join(missing)}."
                f" Run this import again with {options}, or write them at its source in the admin."
            )


def _remark(source: Source) -> str:
    if source.location.sources.filter(provider="simulated", is_enabled=True).exists() and not source.is_enabled:
        return (
            " Kept as history: the location shows simulated numbers, which are never mixed with measured ones;"
            " the admin has the switches of both sources."
        )
    if source.location.is_active:
        return ""
    return ' Not shown yet: tick "is active" at the location in the admin, which needs a latitude and a longitude.'


def _listed(names: Iterable[str]) -> str:
    # A file's own words are quoted where they could hold control characters of the terminal.
    return ", ".join(name if name.isprintable() else ascii(name) for name in names)
