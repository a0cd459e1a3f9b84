"""Trustworthiness as a traffic light: the domains of INSPECT-SR across, trials downwards, a sign in each colour."""

from __future__ import annotations

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.plots import Plot
from msc_evidence.plots.kinds.rob import Lights, TrafficLight, TrafficLights, alternative, draw, text
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.model import Trial
from msc_evidence.registry.risk_of_bias import Instrument
from msc_evidence.registry.trust import CONCERNS, DOMAINS, TOOL, TrustJudgement

#: The tool in the shape of an instrument, whose lights are drawn alike; its overall judgement follows no rule.
LIGHTS = Instrument(TOOL, "trust", DOMAINS, CONCERNS, randomised=True, rule="")


def trust_lights(scope: Scope) -> TrafficLights:
    """The judgements that count; raises Refused where there is none."""
    names = scope.names()
    judged = {name: trial.agreed_trust for name, trial in scope.trials.items()}
    rows = tuple(_lights(names[name], judgement) for name, judgement in judged.items() if judgement)
    if not rows:
        raise Refused(
            "no trustworthiness is judged; `msc-evidence table trust` says how a trial's `trust` records it"
        )
    left = tuple(_left_words(names[name], scope.trials[name]) for name, found in judged.items() if not found)
    return TrafficLights((TrafficLight(LIGHTS, rows),), left)


def _left_words(name: str, trial: Trial) -> str:
    return f"{name} (judges differ)" if trial.trust else name


def _lights(name: str, judgement: TrustJudgement) -> Lights:
    """A trial's signs; none for a domain that was not assessed."""
    concerns = [judgement.domains.get(domain) for domain in LIGHTS.domains]  # type: ignore[call-overload]
    found = [*concerns, judgement.overall]
    signs = tuple(CONCERNS[judged.concern] if judged else "" for judged in found)
    words = (
        f"{code} {judged.concern}" if judged else ""
        for code, judged in zip((*LIGHTS.codes, "Overall"), found, strict=True)
    )
    return Lights(name, signs, tuple(words))


PLOT = Plot("Trustworthiness", "registry", trust_lights, alternative, text, draw, chosen_by=())
