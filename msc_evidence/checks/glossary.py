"""The words of the output that a reader may not know, each explained once: for `explain` and docs/glossary.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: Subjects behind `#`; under them words with their other names, and what they mean here.
_TEXT = """\
# participants
enrolled: Participants who entered the trial: in the record the number allocated to all arms together. Those
    assessed for eligibility and turned away are `screened` (CONSORT 2010, item 13).
allocated: Participants assigned to an arm, by chance or otherwise. In a randomised trial these are the
    randomised.
randomised | randomized: Participants assigned to an arm by chance, whatever they received afterwards (CONSORT
    2010, item 13a).
analysed | analyzed | n: Participants whose values are in a result; `n` of an arm where no result says
    otherwise.
lost: Participants randomised to an arm and not analysed: randomised = analysed + lost.
contrast: Which arm is compared against which: the treatment arm first. With one arm of each role it need not be
    named.

# effects
d | Cohen's d: Difference of two means in units of their common SD. d 0.5: half an SD.
g | Hedges' g | SMD: Standardised mean difference: d times a factor just below 1 that takes its bias in small
    samples away (Hedges 1981, 10.3102/10769986006002107).
PS | probability of superiority: Probability that a participant of the treatment arm does better than one of the
    control arm, ties counting half. 0.5 is no difference.
win odds: Odds of doing better against doing worse for a pair of participants, one from each arm, ties counting
    half: PS/(1 − PS). 1 is no difference (Brunner 2021, 10.1002/sim.8967).
COR | common odds ratio: Odds of standing better at any cut of an ordinal scale, one for all cuts if the odds are
    proportional; how `pool` calls it. 1 is no difference (McCullagh 1980).
RR | risk ratio: Risk with treatment divided by risk without. 1 is no difference.
OR | odds ratio: Odds with treatment divided by odds without. 1 is no difference.
RD | risk difference: Risk with treatment minus risk without. 0 is no difference.
HR | hazard ratio: Rate of an event at any moment with treatment divided by that without.
MD | mean difference: Mean with treatment minus mean without, in units of the scale.
ROM | ratio of means: Mean with treatment divided by mean without.
implied: What a lone p-value and two group sizes would mean had it come from a t test (g) or a rank-sum test
    (PS). An implied effect is no reported one; without a reported direction both signs are shown.
shift: Movement of a whole ordinal distribution, such as the modified Rankin Scale, rather than of one cut of
    it. `plot shift` stacks the categories of both arms.
fragility index: Participants of the arm with the lower risk who would have to have had the event for a
    significant p to be lost (Walsh 2014, 10.1016/j.jclinepi.2013.10.019).

# tests and p-values
Holm | Holm's correction: Correction of p-values for their number: the smallest times m, the next times m − 1,
    and so on, never below the one before. What stays below 0.05 is significant whatever else was tested (Holm
    1979).
BH | Benjamini-Hochberg: Correction for the share of false discoveries among all significant results, less
    strict than Holm's (Benjamini & Hochberg 1995).
mid-p: Fisher's exact test with half the probability of the observed table: less conservative than Fisher's own
    p.
decision error: A printed p and all that can be recomputed lie on different sides of 0.05.
uninformative: Rounding of the printed numbers allows so many p-values that any printed one would fit.

# pooling
HK | Hartung-Knapp: Confidence interval of a random-effects pool that takes its width from the spread of
    the studies and a t distribution (Hartung & Knapp 2001, 10.1002/sim.791). `hk-adhoc` is never narrower than
    the usual one.
Q-profile: Confidence interval of the variance between studies, τ²: the values at which the generalised Q of
    Cochran is no more extreme than chance allows (Viechtbauer 2007, 10.1002/sim.2514).
τ² | tau2: Variance of the true effects between studies; 0 where all differences are chance. REML, DL, PM and
    others are ways to estimate it.
I² | I2: Share of the variation between estimates that is more than chance (Higgins 2003, BMJ 327:557).
diversity | D²: How much smaller the variance of the common-effect pool is than that of the random-effects pool,
    as a share of the latter; raises the number of participants that a meta-analysis needs (Wetterslev 2009,
    10.1186/1471-2288-9-86).
prediction interval: Where the true effect of a new study like these is to be expected; wider than the
    confidence interval of the mean.
albatross: Plot of p-values against numbers of participants with contours of equal effects: for trials that
    print no more than p (Harrison 2017, 10.1002/jrsm.1239).

# checks
GRIM: Whether n whole-number scores can have the printed mean: some whole sum divided by n must round to it
    (Brown & Heathers 2017, 10.1177/1948550616673876). `explain MSC305`.
GRIMMER: Whether n whole-number scores with the printed mean can have the printed SD (Anaya 2016; Allard 2018).
    `explain MSC306`.
DEBIT: Whether n values of 0 and 1 with the printed mean can have the printed SD (Heathers & Brown 2019).
    `explain MSC307`.
finding: What a check found: its code, the place in the file, and the numbers. Errors are impossible, warnings
    improbable, notes worth knowing.
waiver: A finding accepted in the registry, with a reason; it is counted and no longer listed.

# sources
first source: The source that stands first under `sources` of a trial. Whatever names no source comes from it,
    and screens show its results unless `--all-sources` is given.
figure | figures: A number found in the text of a source, in the order of reading; pictures are called plots
    here. `figures` lists them.
fingerprint: The numbers of a source's text and the hash of it, without a sentence of it: enough to see offline
    whether the record still agrees with its source.
seal: Hash of the list of numbers of a source (`figures-sha256`): shows that the list was not edited by hand.
tied: A number of the record that stands among the numbers of its source, of the same kind. Without a
    fingerprint nothing is tied.
draft: A record that `read --draft` or `import` wrote: what the text is sure of, and `to do` where a person
    decides.
not reported: The source was read for it and does not say. A key that is left out was not looked for.

# scales and cells
mRS: Modified Rankin Scale of disability: 0 no symptoms, 5 bedridden, 6 dead.
BI | Barthel: Barthel Index of daily living: 0 to 100 in steps of 5, higher is better.
mBI: Modified Barthel Index: daily living in finer steps than Barthel's, higher is better.
NIHSS: National Institutes of Health Stroke Scale: 0 to 42 points of deficit, lower is better.
FMA | Fugl-Meyer: Fugl-Meyer Assessment of movement after stroke, higher is better.
FAC: Functional Ambulatory Category: walking, 0 to 5, higher is better.
mFIM: Modified Functional Independence Measure, higher is better.
SSS: Scandinavian Stroke Scale of deficit, higher is better.
ESS: European Stroke Scale of deficit, higher is better.
ARAT: Action Research Arm Test of the hand and arm, higher is better.
CD34+: Cells that carry the marker CD34: precursors of blood and vessels.
MSC: Mesenchymal stem (stromal) cells.
MNC: Mononuclear cells, of bone marrow or blood: a mixture that holds few MSC.
MAPC: Multipotent adult progenitor cells, of bone marrow.
EPC: Endothelial progenitor cells, which form the lining of vessels.
NSC: Neural stem cells.
ALDH-bright cells: Cells of bone marrow rich in the enzyme aldehyde dehydrogenase: precursors of several kinds.
M2 macrophages: Macrophages of the kind that calms inflammation.
neuronal cells: Nerve cells grown in culture from a cell line.
cord blood cells: Cells of the blood in the umbilical cord.
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, its other names, and what it means."""

    subject: str
    names: tuple[str, ...]
    meaning: str

    @property
    def title(self) -> str:
        """All its names."""
        return ", ".join(self.names)


def _read_terms(text: str) -> Iterator[Term]:
    subject = ""
    for entry in text.replace("\n    ", " ").splitlines():
        if entry.startswith("# "):
            subject = entry.removeprefix("# ")
        elif entry:
            names, _, meaning = entry.partition(": ")
            yield Term(subject, tuple(names.split(" | ")), meaning)


GLOSSARY = tuple(_read_terms(_TEXT))
SUBJECTS = tuple(dict.fromkeys(term.subject for term in GLOSSARY))


def glossary_term(word: str) -> Term | None:
    """The entry of a word, in any case and with or without hyphens.

    >>> glossary_term("hedges g").names[0], glossary_term("Hartung–Knapp").names[0]
    ('g', 'HK')
    """
    folded = _folded_word(word)
    return next((term for term in GLOSSARY if folded in map(_folded_word, term.names)), None)


def _folded_word(word: str) -> str:
    return word.casefold().replace("-", " ").replace("–", " ").replace("'", "").strip()
