"""The registry that `init` writes: one made-up trial with every commonly used key explained."""

from __future__ import annotations

_HEAD = """\
# A registry of clinical trials for msc-evidence.
# For completion in an editor: `msc-evidence schema -o schema.json` beside this file, and in a first line of its own
# what stands in these quotes: "# yaml-language-server: $schema=schema.json".
# Write numbers exactly as the source prints them (0.110 keeps its three decimals, <0.001 its sign).
# "not reported" means that the source was read for it and does not say. Leave out what was not looked for.
registry: 1
title: Example of a registry

# What headings call the two sides, where the arms have no common label:
# terms: {treatment: drug A, control: placebo}

outcomes:
  # type: ordinal, continuous, binary or time-to-event; better: which end of the scale is the good one.
  pain: {name: pain on a visual analogue scale, short: pain, type: continuous, range: [0, 100], better: lower}
  death: {name: death from any cause, short: death, type: binary, better: lower}
"""
_QUESTION = """
# The question, which the first lines of `report` and `table sof` answer; the first outcome is the most important one.
summary:
  population: adults with chronic pain
  intervention: drug A
  comparison: placebo
  design: controlled            # randomised, to leave other trials out
  outcomes:
    # important: the difference that matters, with the reason: {difference: 10, because: …}
    - {outcome: pain}
    - {outcome: death}
"""
_EXAMPLE = """
trials:
  # One trial is filled in as an example: replace it. `check` warns of it as long as its citation is "to do".
  # The id is what you type on the command line.
  example-2020:
    citation:
      authors: [Doe J, Roe R]
      title: An example that was never published
      journal: Journal of Examples
      year: 2020
      # doi: 10.1000/xyz    pmid: 12345678
    registration: [NCT00000000]
    design:
      allocation: randomised      # randomised, non-randomised, single-arm, not reported
      ratio: "1:1"                # treatment first; quoted, or YAML may read it as a time
      masking: double-blind
      assessment: blinded
      follow-up: 90 d             # window: <=7 d for the longest time to entry
    participants: {condition: chronic pain, enrolled: 80, analysis: intention to treat}
    arms:
      treated:
        role: treatment
        label: drug A
        n: 40
        intervention: {name: drug A, dose: 10, unit: mg, schedule: once daily, duration: 90 d, route: oral}
      placebo: {role: control, n: 40, comparator: placebo}
    results:
      # One line per comparison: outcome, time, what was printed. p alone is enough; more is better:
      # mean and sd, events, median and iqr, distribution: [..]; effect: {measure: OR, estimate: 1.9, ci: 1.2-3.0,
      # level: 95}; favours: treated; definition: what was counted where it is not the outcome itself.
      - outcome: pain
        at: 90 d
        primary: true
        p: 0.12
        favours: treated
        wording: not significant
        arms: {treated: {mean: 41.2, sd: 20.1}, placebo: {mean: 48.4, sd: 20.7}}
      - {outcome: death, at: 90 d, arms: {treated: {events: 1}, placebo: {events: 2}}}
    # claims: what the authors conclude, coded: benefit, no benefit, harm, safe, feasible.
    claims:
      - {says: feasible}
    sources:
      # The first source is where numbers come from unless they name another.
      # `msc-evidence check --update-fingerprints --texts DIR` adds the source's figures and hash;
      # then every number here must occur there, and every figure there must be here or be ignored:
      # ignored: [{figure: two, because: the number of arms, in words}]
      report: {kind: full text, citation: to do}
    # waivers: [{code: MSC501, because: why this finding is accepted}]
"""
_NO_EXAMPLE = """
# Trials stand under `trials:` here, or in further files of this folder, which is then read whole.
"""


def _commented(text: str) -> str:
    """The text as comments: a question about other trials would be a wrong one."""
    return "".join(f"# {line}\n" if line[:1] not in ("", "#") else f"{line}\n" for line in text.splitlines())


STARTER = _HEAD + _QUESTION + _EXAMPLE
#: The same without its trial.
STARTER_WITHOUT_TRIAL = _HEAD + _commented(_QUESTION) + _NO_EXAMPLE
