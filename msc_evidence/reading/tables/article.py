"""All tables of an article, those without sizes of their arms read with the sizes of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from msc_evidence.reading.tables.columns import KnownSize, arm_name
from msc_evidence.reading.tables.jats import jats_tables
from msc_evidence.reading.tables.rows import ReadTable, read_table


def article_tables(article: Element) -> tuple[ReadTable, ...]:
    """Every table of an article in its order, each as understood or with the reason why not."""
    read = [read_table(source) for source in jats_tables(article)]
    known = _known_sizes(read)
    return tuple(table if table.arms or not known else read_table(table.source, known) for table in read)


def _known_sizes(tables: Iterable[ReadTable]) -> Mapping[str, KnownSize]:
    """The arms by name with the size that all tables agree on; the first of them is where it was read."""
    sizes: dict[str, KnownSize | None] = {}
    for table in tables:
        for arm in table.arms:
            found = KnownSize(arm.n, table.source.label or table.source.id)
            first = sizes.setdefault(arm_name(arm.label), found)
            if first is not None and first.n != arm.n:
                sizes[arm_name(arm.label)] = None
    return {name: size for name, size in sizes.items() if size is not None and name}
