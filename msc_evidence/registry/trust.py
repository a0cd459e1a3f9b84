"""Whether a trial can be trusted, as reviewers judge it by INSPECT-SR: its checks, their answers, the judgements.

INSPECT-SR (Wilkinson et al. 2025, medRxiv 2025.09.03.25334905): each check is answered, each domain and the trial
are judged; no rule leads from answers to judgements.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from msc_evidence.registry.fields import Part, Text
from msc_evidence.registry.judgements import Day

TOOL = "INSPECT-SR"
#: The domains by the keys they are recorded under, and in words.
DOMAINS = {
    "notices": "notices after publication",
    "conduct": "conduct and governance",
    "text": "text and figures",
    "results": "results",
}
#: The checks by their numbers, asked so that yes is the answer of concern.
CHECKS = {
    "1.1": "a report was retracted, removed or withdrawn",
    "1.2": "an expression of concern, an editor's note, or comments about its integrity",
    "1.3": "its authors have such notices on other work",
    "2.1": "approval by an ethics committee is absent or in doubt",
    "2.2": "registered late, or not at all",
    "2.3": "the report departs from register or protocol",
    "2.4": "so many could hardly be recruited in this time",
    "2.5": "it could hardly be done with these means",
    "3.1": "text or tables copied, or of another study",
    "3.2": "figures copied or altered",
    "4.1": "participants who should not be in it",
    "4.2": "group sizes that this allocation does not give",
    "4.3": "characteristics at entry are implausible",
    "4.4": "text, tables and figures disagree",
    "4.5": "losses are implausible",
    "4.6": "numbers of participants disagree",
    "4.7": "outcomes or effects are implausible, or the same twice",
    "4.8": "means or SDs that whole numbers do not have",
    "4.9": "statistics that do not follow from the data",
    "4.10": "other contradictions",
    "4.11": "reports of the trial disagree",
}
#: The answers with their signs.
ANSWERS = {"yes": "Y", "no": "N", "unclear": "U", "not applicable": "–"}
#: The judgements from best to worst, with their signs.
CONCERNS = {"no concerns": "+", "some concerns": "-", "serious concerns": "x"}
NO_CONCERNS, SOME, SERIOUS = CONCERNS

Check = Annotated[str, Field(pattern=r"^([123]\.[1-5]|4\.([1-9]|1[01]))$")]
Answer = Annotated[
    str,
    Field(pattern=r"^([Yy][Ee][Ss]|[Nn][Oo]|[Uu]nclear|[Nn]ot applicable)$"),
]
Code = Annotated[str, Field(pattern=r"^MSC\d{3}$")]
Domain = Literal["notices", "conduct", "text", "results"]


class CheckAnswer(Part):
    """How a check is answered, why, and which findings were seen."""

    answer: Answer = Field(
        description='yes, which is the answer of concern, no, unclear or not applicable; in quotes: "no"'
    )
    because: Text = Field(description="the reason: no notice at the journal")
    findings: list[Code] = Field([], description="codes of the findings that were considered: [MSC806]")

    @property
    def word(self) -> str:
        """The answer in lower case."""
        return self.answer.casefold()


class TrustConcern(Part):
    """How a domain or the trial is judged, and why."""

    concern: Literal["no concerns", "some concerns", "serious concerns"] = Field(
        description="no concerns, some concerns or serious concerns"
    )
    because: Text = Field(description="the reason: one contradiction, the authors did not answer")


class TrustJudgement(Part):
    """What one judge, or two who agreed, hold of the trial; what was not assessed is absent."""

    tool: Literal["INSPECT-SR"] = Field(description="the tool: INSPECT-SR")
    by: Text | None = Field(None, description="who judged: Example A")
    agreed: Annotated[list[Text], Field(min_length=2)] | None = Field(
        None, description="the judges who agreed, each with a judgement of their own: [Example A, Example B]"
    )
    date: Day = Field(description="day of the judgement: 2026-11-02")
    checks: dict[Check, CheckAnswer] = Field(
        {}, description='answers by the number of the check, in quotes: {"4.10": {answer: "no", because: …}}'
    )
    domains: dict[Domain, TrustConcern] = Field(
        {}, description="domains as judged: {notices: {concern: no concerns, because: nothing found}}"
    )
    overall: TrustConcern | None = Field(
        None, description="the trial as judged: {concern: some concerns, because: …}"
    )

    @model_validator(mode="after")
    def _is_whole(self) -> TrustJudgement:
        if (self.by is None) == (self.agreed is None):
            raise ValueError(
                "a judgement is `by` one judge, or `agreed` by two or more; expected one of the two"
            )
        if unknown := [check for check in self.checks if check not in CHECKS]:
            raise ValueError(f"{unknown[0]} is no check of {TOOL}; they go from 1.1 to 4.11")
        lacking = [name for name in DOMAINS if name not in self.domains]
        if self.overall and self.overall.concern != SERIOUS and lacking:
            raise ValueError(
                f"an overall judgement needs every domain, and {', '.join(lacking)} has none; only serious concerns"
                " may end the assessment before"
            )
        return self

    @property
    def judges(self) -> str:
        """Who judged."""
        return self.by or f"{' and '.join(self.agreed or ())}, agreed"

    @property
    def better_than_its_domains(self) -> bool:
        """Whether the trial is judged better than its worst domain."""
        ranks = list(CONCERNS)
        worst = max((ranks.index(judged.concern) for judged in self.domains.values()), default=0)
        return self.overall is not None and ranks.index(self.overall.concern) < worst


class TrustJudgements(Part):
    """Whether the trial can be trusted: one entry for each judge, and one that they agreed on."""

    trust: list[TrustJudgement] = Field(
        [], description="what reviewers judged of the trial by INSPECT-SR: [{tool: INSPECT-SR, by: …}]"
    )

    @model_validator(mode="after")
    def _judged_by_several(self) -> TrustJudgements:
        alone = {judgement.by: judgement.date for judgement in self.trust if judgement.by}
        agreed = [judgement for judgement in self.trust if judgement.agreed]
        if len(alone) + len(agreed) < len(self.trust):
            raise ValueError("`trust` has two judgements by one judge; one counts")
        if len(agreed) > 1:
            raise ValueError("`trust` has two agreed judgements; one counts")
        for judgement in agreed:
            if lacking := [name for name in judgement.agreed or () if name not in alone]:
                raise ValueError(f"`trust`: {lacking[0]} agreed and has no judgement of their own")
            if any(alone[name] > judgement.date for name in judgement.agreed or ()):
                raise ValueError(f"`trust`: agreed on {judgement.date}, before a judge had judged")
        return self

    @property
    def agreed_trust(self) -> TrustJudgement | None:
        """The judgement that counts: the agreed one, else a single judge's, else one of several that do not differ."""
        agreed = [judgement for judgement in self.trust if judgement.agreed]
        if agreed or len(self.trust) == 1:
            return (agreed or self.trust)[0]
        concerns = {judgement.overall.concern for judgement in self.trust if judgement.overall}
        complete = all(judgement.overall for judgement in self.trust)
        return self.trust[0] if self.trust and complete and len(concerns) == 1 else None

    @property
    def concern_words(self) -> str | None:
        """How much concern reviewers have: `serious`, `some`, `not agreed` of judges who differ; None without any."""
        overall = [judgement.overall for judgement in self.trust if judgement.overall]
        judged = self.agreed_trust
        if judged is None:
            return "not agreed" if any(each.concern != NO_CONCERNS for each in overall) else None
        concern = judged.overall.concern if judged.overall else NO_CONCERNS
        return None if concern == NO_CONCERNS else concern.split()[0]
