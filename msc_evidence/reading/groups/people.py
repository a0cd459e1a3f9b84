"""Words for those whom a trial counts: people, animals, and what else is allocated."""

from __future__ import annotations

PERSON = (
    r"(?:patients?|participants?|subjects?|persons?|people|individuals?|adults?|child(?:ren)?|infants?|neonates?|newborns?"
    r"|toddlers?|adolescents?|youths?|teenagers?|wom[ae]n|m[ae]n|girls?|boys?|females?|males?|mothers?|fathers?|parents"
    r"|volunteers?|controls?|survivors?|cases|(?:out|in)patients|preschoolers|schoolchildren|students?|pupils?|athletes?"
    r"|players|runners|cyclists|rowers|workers|employees|nurses|residents|veterans|soldiers|smokers|drinkers|users"
    r"|respondents?|families|couples|dyads|pairs|twins|carers|caregivers|physicians|doctors|practitioners|GPs|surgeons"
    r"|teachers|amputees|recipients|donors|consumers|inmates|prisoners|offenders|seniors|elderly)"
)
_ANIMAL = (
    r"(?:animals?|rats?|mice|dogs?|cats|pigs?|piglets?|swine|minipigs|lambs?|sheep|goats|rabbits?|hamsters?|monkeys?|horses?"
    r"|cows|calves|steers|heifers|chickens|hens|broilers|fish)"
)
_PART = r"(?:eyes|knees|hips|limbs|legs|teeth|molars|implants|lesions|polyps|wounds|fractures|households)"
_SITE = (
    r"(?:villages|clusters|practices|clinics|schools|hospitals|wards|communities|classes|classrooms|centres|centers|homes"
    r"|halls)"
)
#: Whoever or whatever is treated, …
TREATED = rf"(?:{PERSON}|{_ANIMAL}|{_PART})"
#: … or allocated.
PEOPLE = rf"(?:{TREATED}|{_SITE})"
