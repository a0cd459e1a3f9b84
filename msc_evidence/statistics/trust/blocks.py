"""Which arm sizes permuted blocks can give."""

from __future__ import annotations


def block_sizes(n: int, block: int, ratio: tuple[int, int] = (1, 1), lists: int = 1) -> tuple[int, int]:
    """The least and greatest size of the first arm of two where `n` were randomised in blocks.

    Each list has complete blocks and one that may have been left incomplete with m of its b places filled, which
    gives the first arm between max(0, m − c·r₂) and min(m, c·r₁), c = b/(r₁ + r₂). How the participants part among
    several lists is not known: all remainders that sum to n modulo b are gone through. Raises ValueError where the
    block does not hold the ratio.

    >>> block_sizes(85, 4), block_sizes(85, 4, lists=3), block_sizes(54, 6, (2, 1))
    ((42, 43), (40, 45), (36, 36))
    """
    copies, rest = divmod(block, sum(ratio))
    if rest or copies < 1:
        raise ValueError(f"blocks of {block} hold no ratio of {ratio[0]}:{ratio[1]}")
    first, second = ratio[0] * copies, ratio[1] * copies
    # Remainders together → least and greatest of the first arm among them.
    within = {0: (0, 0)}
    for _ in range(lists):
        longer: dict[int, tuple[int, int]] = {}
        for filled, (low, high) in within.items():
            for m in range(min(block, n - filled + 1)):
                ends = low + max(0, m - second), high + min(m, first)
                known = longer.get(filled + m, ends)
                longer[filled + m] = min(known[0], ends[0]), max(known[1], ends[1])
        within = longer
    whole = [
        ((n - filled) // block * first, ends) for filled, ends in within.items() if (n - filled) % block == 0
    ]
    return min(base + low for base, (low, _) in whole), max(base + high for base, (_, high) in whole)
