"""MSC1xx: every case file, found where it says and nowhere else."""

from __future__ import annotations

from msc_evidence.checks import msc1_judgements, msc1_record

FAMILY = "MSC1"
MODULES = (msc1_record, msc1_judgements)


def test_finds_exactly_the_marked_lines(case, case_body):
    found, expected = case(case_body, MODULES)
    assert found == expected


def test_every_check_has_a_case_to_find_and_one_to_leave_alone(flagged_and_silent, codes):
    flagged, silent = flagged_and_silent(FAMILY)
    assert codes(MODULES) <= flagged
    assert codes(MODULES) <= silent


def test_a_doi_with_its_web_address_is_shown_without(hits):
    (hit,) = hits("citation: {year: 2005, doi: 'doi:10.1002/ana.20501'}", MODULES)
    assert "write 10.1002/ana.20501" in hit.message
    assert hit.recomputed == "10.1002/ana.20501"


def test_a_second_record_of_a_result_names_the_first(hits):
    (hit,) = hits(
        """
        results:
          - {outcome: mrs, at: 1 y, primary: true, p: 0.286}
          - {outcome: mrs, at: 12 months, p: 0.268}
        """,
        MODULES,
    )
    assert hit.path == ("results", 1)
    assert hit.outcome == "mrs"
    assert hit.message.startswith("the same result is recorded twice")
    assert "results[0]" in hit.message


def test_one_finding_for_each_trial_beyond_the_first_with_a_doi(hits):
    trial = (
        "{citation: {year: 2005, doi: 10.1002/x}, registration: [NCT01716481], design: {}, participants: {}, "
    )
    trial += "arms: {a: {role: treatment}, b: {role: control}}, sources: {s: {kind: abstract}}}"
    found = hits(f"trials:\n  one: {trial}\n  two: {trial}\n  three: {trial}\n", MODULES)
    assert [hit.message for hit in found] == [
        "DOI 10.1002/x is already that of one; one of the two is a duplicate"
    ] * 2
