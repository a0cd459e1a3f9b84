"""The registry that `init` writes: one made-up trial with every commonly used key explained."""

STARTER = """\
# A registry of clinical trials for msc-evidence. One trial is filled in as an example: replace it.
# For completion in an editor: `msc-evidence schema -o schema.json` beside this file, and in a first line of its own
# what stands in these quotes: "# yaml-language-server: $schema=schema.json".
# Write numbers exactly as the source prints them (0.110 keeps its three decimals, <0.001 its sign).
# "not reported" means that the source was read for it and does not say. Leave out what was not looked for.
registry: 1
title: Example of a registry

outcomes:
  # type: ordinal, continuous, binary or time-to-event; better: which end of the scale is the good one.
  mrs: {name: modified Rankin Scale, short: mRS, type: ordinal, range: [0, 6], step: 1, better: lower}

trials:
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
      window: <=7 d               # longest time from stroke to entry
      follow-up: 90 d
    participants: {condition: ischaemic stroke, enrolled: 80, analysis: intention to treat}
    arms:
      cells:
        role: treatment
        n: 40
        cells: {type: MSC, origin: allogeneic, dose: 1e8, route: intravenous}
      placebo: {role: control, n: 40, comparator: placebo}
    results:
      # One line per comparison: outcome, time, what was printed. p alone is enough; more is better:
      # arms: {cells: {n: 40, events: 22}, placebo: {n: 40, events: 15}}, or mean and sd, median and iqr,
      # distribution: [..]; effect: {measure: OR, estimate: 1.9, ci: 1.2-3.0, level: 95}; favours: cells.
      - {outcome: mrs, at: 90 d, primary: true, p: 0.12, favours: cells, wording: not significant}
    # claims: what the authors conclude, coded: benefit, no benefit, harm, safe, feasible.
    claims:
      - {says: feasible}
    sources:
      # The first source is where numbers come from unless they name another.
      # `msc-evidence check --update-fingerprints --texts DIR` adds the source's figures and hash;
      # then every number here must occur there, and every figure there must be here or be ignored:
      # ignored: [{figure: two, because: the number of arms, in words}]
      report: {kind: full text, citation: made up}
    # waivers: [{code: MSC501, because: why this finding is accepted}]
"""
