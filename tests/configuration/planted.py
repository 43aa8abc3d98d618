"""Faults planted in ``base.toml``: what is changed, on which line the fault is, and a part of what must be said."""

import re
from dataclasses import dataclass
from pathlib import Path

BASE = (Path(__file__).parent / "base.toml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Planted:
    """``old`` becomes ``new``, and the fault is on the line of ``at`` (else where ``new`` is), ``down`` lines further.

    Every case has just the one fault: what follows from it is not to be counted as another. ``both`` are two that
    belong together.
    """

    old: str
    new: str
    says: str
    at: str = ""
    down: int = 0
    both: bool = False

    @property
    def text(self) -> str:
        assert BASE.count(self.old) == 1, f"{self.old!r} stands {BASE.count(self.old)} times in base.toml"
        return BASE.replace(self.old, self.new)

    @property
    def line(self) -> int:
        place = self.text.index(self.at) if self.at else BASE.index(self.old)
        return self.text.count("\n", 0, place) + 1 + self.down


SYNTAX = {
    "text without end": Planted('name = "Ekby"', 'name = "Ekby', 'Sätt ett " i slutet'),
    "text of many lines without end": Planted(
        'source = "Styrelsens beslut"\n', 'source = """Styrelsens beslut\n', 'Sätt ett " i slutet'
    ),
    "header without bracket": Planted('[[steps]]\ncode = "first"', '[[steps]\ncode = "first"', "hakparenteser"),
    "text without quotation marks": Planted(
        'common = "primary"', "common = primary", "Skriv text inom raka citattecken"
    ),
    "Swedish yes": Planted("esf = false", "esf = nej", "true/false"),
    "capital yes": Planted("esf = false", "esf = True", "true/false"),
    "decimal comma": Planted("value = 0.31", "value = 0,31", "decimaler med punkt"),
    "number without its zero": Planted("value = 0.31", "value = .31", "Värdet går inte att läsa"),
    "number with a zero before": Planted("target = 33", "target = 033", "något mer efter värdet"),
    "thousands apart": Planted("{ 2024 = 900, 2025 = 1000 }", "{ 2024 = 900, 2025 = 1 000 }", "mellanslag i tal"),
    "comma missing": Planted("700_000, planned", "700_000 planned", "komma"),
    "unit after the number": Planted("target = 33", "target = 33 %", "något mer efter värdet"),
    "key without value": Planted('rhythm = "half"', "rhythm", "likhetstecken"),
    "nothing after the sign": Planted('label = "Skola"', "label = ", "Värdet går inte att läsa"),
    "colon": Planted('rhythm = "half"', 'rhythm: "half"', "likhetstecken"),
    "lone words": Planted('owner = "Ekby kommun"', "Ekby kommun", "likhetstecken"),
    "key with our letters": Planted('label = "Skola"', 'lägel = "Skola"', "a-z"),
    "key twice": Planted("esf = false", "esf = false\nesf = true", "Ta bort den ena", down=1),
    "table begun twice": Planted("[[years]]", "[parties]", "dubbla hakparenteser"),
    "no such day": Planted("start_on = 2025-02-03", "start_on = 2025-02-30", "Datumet finns inte"),
    "day of another land": Planted("start_on = 2025-02-03", "start_on = 3/2 2025", "något mer efter värdet"),
    "day without zeros": Planted("start_on = 2025-02-03", "start_on = 2025-2-3", "datum som 2025-01-31"),
    "list without end": Planted("follow_up_months = [6]", "follow_up_months = [6", "Sätt ett ]", down=1),
    "inline table without end": Planted("planned_participants = 30 }]", "planned_participants = 30 ]", "Sätt ett }"),
    "typographic quotation marks": Planted('label = "Skola"', "label = ”Skola”", "raka citattecken"),
    "backslash": Planted('label = "Skola"', 'label = "C:\\Skola"', "bakstreck"),
}

SHAPES = {
    "unknown key of the federation": Planted('rhythm = "half"', 'rythm = "half"', "Menade du ”rhythm”?"),
    "unknown table": Planted('[[steps]]\ncode = "first"', '[[staps]]\ncode = "first"', "Menade du ”steps”?", both=True),
    "unknown key of a table": Planted('common = "primary"', 'comon = "primary"', "Menade du ”common”?", both=True),
    "unknown key of a year": Planted("planned_participants = 30", "planned = 30", "initiatives.years"),
    "key of another table": Planted(
        'label = "Börjar"', 'label = "Börjar"\ngroup = "work"', "okänt i [[steps]]", down=1
    ),
    "federation without name": Planted('name = "Provets samordningsförbund"\n', "", "saknar ”name”", at="# A small"),
    "federation without slug": Planted('slug = "provet"\n', "", "saknar ”slug”", at="# A small"),
    "party without kind": Planted(
        'name = "Försäkringskassan"\nkind = "fk"', 'name = "Försäkringskassan"', "”kind”", down=-1
    ),
    "initiative without start": Planted(
        "start_on = 2025-02-03\n", "", "saknar ”start_on”", at='slug = "kurser"', down=-1
    ),
    "year without year": Planted("{ year = 2025, budget_sek", "{ budget_sek", "[[initiatives.years]] saknar ”year”"),
    "list item without label": Planted('code = "phone"\nlabel = "Samtal"', 'code = "phone"', "saknar ”label”", down=-1),
    "one table for a list": Planted("[[years]]", "[years]", "[[years]] med dubbla hakparenteser"),
    "number for a text": Planted('label = "Skola"', "label = 9", "inom citattecken"),
    "empty text": Planted('label = "Skola"', 'label = " "', "texten är tom"),
    "text of two lines": Planted('label = "Skola"', 'label = "Skola\\noch mer"', "en rad"),
    "text too long": Planted('label = "Skola"', f'label = "{"Skola" * 21}"', "högst 100"),
    "code with capitals": Planted('code = "mapping"', 'code = "Mapping"', "”mapping”"),
    "code with our letters": Planted('code = "mapping"', 'code = "kartläggning"', "”kartlaggning”"),
    "code with a space": Planted('slug = "kurser"', 'slug = "alla kurser"', "”alla-kurser”"),
    "code too long": Planted('code = "mapping"', f'code = "{"m" * 41}"', "högst 40"),
    "code of the tables' own": Planted('code = "mapping"', 'code = "unknown"', "Välj en annan"),
    "code of the tables' sums": Planted('code = "mapping"', 'code = "total"', "Välj en annan"),
    "number for a code": Planted('code = "mapping"', "code = 1", "inom citattecken"),
    "text for a number": Planted("state = 1_000_000", 'state = "1000000"', "inget heltal"),
    "decimals in kronor": Planted("state = 1_000_000", "state = 1000000.50", "inget heltal"),
    "yes for a number": Planted("state = 1_000_000", "state = true", "inget heltal"),
    "negative funds": Planted("state = 1_000_000", "state = -1", "mellan 0 och"),
    "nobody lives there": Planted("2024 = 450", "2024 = 0", "mellan 1 och"),
    "year without meaning": Planted("2024 = 450", "1824 = 450", "mellan 2004 och"),
    "year that is a word": Planted("2024 = 450", "förra = 450", "a-z"),
    "year that is another word": Planted("2024 = 450", "forra = 450", "inget heltal"),
    "number for years": Planted("{ 2024 = 450, 2025 = 500 }", "500", "ett värde per år"),
    "year of the law's childhood": Planted("year = 2025\nown", "year = 1999\nown", "mellan 2004 och"),
    "text for a share": Planted("value = 0.31", 'value = "31 %"', "inget tal"),
    "share that is no number": Planted("value = 0.31", "value = nan", "inget tal"),
    "too many decimals": Planted("value = 0.31", "value = 0.31001", "högst 4"),
    "target with too many decimals": Planted("target = 33", "target = 33.333", "högst 2"),
    "target too large": Planted("target = 33", "target = 99999999999", "tio miljarder"),
    "text for a yes": Planted("esf = false", 'esf = "nej"', "varken true eller false"),
    "number for a yes": Planted("esf = false", "esf = 0", "varken true eller false"),
    "text for a day": Planted("end_on = 2027-06-30", 'end_on = "2027-06-30"', "utan citattecken"),
    "hour with the day": Planted("end_on = 2027-06-30", "end_on = 2027-06-30T12:00:00", "klockslag"),
    "day long ago": Planted("start_on = 2025-02-03", "start_on = 1925-02-03", "mellan år"),
    "text for a list": Planted("follow_up_months = [6]", "follow_up_months = 6", "hakparenteser"),
    "months too many": Planted("follow_up_months = [6]", "follow_up_months = [600]", "mellan 1 och 60"),
    "element of another kind": Planted('["hired", "left"]', '["hired", 7]', "inom citattecken"),
    "element twice": Planted("follow_up_months = [6]", "follow_up_months = [6, 6]", "står två gånger"),
    "colour too pale": Planted('rhythm = "half"', 'rhythm = "half"\ncolour = "#ffee00"', "för ljus", down=1),
    "logo that is no base64": Planted('rhythm = "half"', 'rhythm = "half"\nlogo = "å"', "base64", down=1),
    "logo that is no picture": Planted('rhythm = "half"', 'rhythm = "half"\nlogo = "aaaa"', "PNG", down=1),
    "words of no logo": Planted('rhythm = "half"', 'rhythm = "half"\nlogo_text = "Vi"', "hör ihop", down=1),
    "unknown rhythm": Planted('rhythm = "half"', 'rhythm = "month"', "quarter, half och year"),
    "unknown rule": Planted('positive_step = "either"', 'positive_step = "ether"', "Menade du ”either”?"),
    "unknown kind of party": Planted('kind = "fk"', 'kind = "church"', "af, fk, region och municipality"),
    "unknown meaning of a group": Planted('common = "work"', 'common = "job"', "work, studies, rehab och other"),
    "unknown orientation": Planted(
        'orientation = "structural"', 'orientation = "structure"', "individual och structural"
    ),
    "unknown kind of class": Planted(
        'kind = "age"\nlabel = "Äldre"', 'kind = "ages"\nlabel = "Äldre"', "Menade du ”age”?"
    ),
    "unknown measure": Planted('measure = "work_or_studies_share"', 'measure = "work_share"', "finns inte"),
    "unknown assumption": Planted('key = "tax_rate"', 'key = "taxrate"', "Menade du ”tax_rate”?"),
    "age without meaning": Planted("age_to = 64", "age_to = 640", "mellan 0 och"),
    "personnummer": Planted('label = "Skola"', 'label = "Skola 811218-9876"', "ett personnummer. Ta bort det"),
    "phone number": Planted('source = "Styrelsens beslut"', 'source = "Ring 070-174 06 35"', "ett telefonnummer"),
    "e-mail address": Planted('source = "Styrelsens beslut"', 'source = "eva@ekby.example"', "en e-postadress"),
}


def _without(table: str) -> str:
    """The base file without all tables of a kind."""
    return re.sub(rf"\[\[{table}\]\]\n(?:[^\[\n].*\n)*", "", BASE)


RULES = {
    "goal without text": Planted('text = "Var tredje till arbete"\n', "", "saknar ”text”", at='code = "jobs"', down=-2),
    "slug twice": Planted('slug = "kurser"', 'slug = "bron"', "finns redan längre upp"),
    "name twice": Planted('name = "Kurser för alla"', 'name = "BRON till arbete"', "finns redan längre upp"),
    "code twice": Planted('code = "second"', 'code = "first"', "finns redan längre upp i [[steps]]"),
    "party twice": Planted(
        'name = "Försäkringskassan"',
        'name = "Ekby kommun"',
        "finns redan",
        at='kind = "municipality"',
        down=-1,
        both=True,
    ),
    "year of funds twice": Planted(
        "[[years]]", "[[funding]]\nyear = 2025\nstate = 1\n[[years]]", "year ”2025” finns redan", down=1
    ),
    "year of an initiative twice": Planted(
        "planned_participants = 30 }]", "planned_participants = 30 }, { year = 2025 }]", "finns redan längre upp"
    ),
    "goal twice": Planted(
        "[[parameters]]",
        '[[goals]]\nyear = 2025\ncode = "jobs"\ntext = "x"\nmeasure = "positive_step_share"\ntarget = 1\n'
        "[[parameters]]",
        "finns redan",
        down=2,
    ),
    "assumption twice": Planted(
        'source = "Styrelsens beslut"',
        'source = "A"\n[[parameters]]\nkey = "tax_rate"\nvalue = 0.3\nvalid_from = 2024-06-01\nsource = "B"',
        "finns redan",
        down=4,
    ),
    "class twice": Planted("low = 30", "low = 15", "finns redan", both=True),
    "label twice": Planted('label = "Kommer vidare"', 'label = "börjar"', "finns redan längre upp i [[steps]]"),
    "label of a group twice": Planted('label = "Resten"', 'label = "JOBB"', "finns redan"),
    "unknown group": Planted('group = "work"', 'group = "wrok"', "Menade du ”work”?"),
    "unknown reason": Planted('["hired", "left"]', '["hired", "lefts"]', "Menade du ”left”?"),
    "unknown owner": Planted('owner = "Ekby kommun"', 'owner = "Ekby"', "finns inte under [[parties]]"),
    "unknown party": Planted('parties = ["Ekby kommun", ', 'parties = ["Ekbys kommun", ', "Menade du ”Ekby kommun”?"),
    "reason ends before it begins": Planted("valid_to = 2030-12-31", "valid_to = 2023-12-31", "ligger före valid_from"),
    "initiative ends before it starts": Planted("end_on = 2027-06-30", "end_on = 2025-01-06", "ligger före start_on"),
    "ages in the wrong order": Planted("age_to = 64", "age_to = 17", "lägre än age_from 18"),
    "class in the wrong order": Planted("high = 29", "high = 14", "lägre än low 15", both=True),
    "classes overlap": Planted("high = 29", "high = 30", "överlappar", at="low = 30"),
    "classes leave a gap": Planted("high = 29", "high = 27", "saknas 28-29", at="low = 30"),
    "class open in the middle": Planted("high = 29\n", "", "överlappar", at="low = 30"),
    "unknown common item": Planted('common = "primary"', 'common = "grundskola"', "incomplete-primary, primary"),
    "own item without common": Planted(
        'label = "Skola"\ncommon = "primary"', 'label = "Skola"', "saknar common", down=-2
    ),
    "common for an assignment": Planted(
        'label = "Kartläggning"', 'label = "Kartläggning"\ncommon = "other"', "Ta bort raden common", down=1
    ),
    "no code for no support": Planted('code = "none"', 'code = "nothing"\ncommon = "none"', 'code = "none"', both=True),
    "no item for no support": Planted(
        '[[support]]\ncode = "none"\nlabel = "Inget bidrag"\n', "", "Listan saknar ingen", at="[[support]]"
    ),
    "another code with none in it": Planted('code = "cash"', 'code = "nonet"', "annan kod"),
    "ladder of one step": Planted(
        '[[steps]]\ncode = "second"\nlabel = "Kommer vidare"\n', "", "ett enda steg", at="[[steps]]"
    ),
    "funded year without inhabitants": Planted(
        "municipalities = 500_000",
        "municipalities = 500_000\n[[funding]]\nyear = 2023\nmunicipalities = 1",
        "saknar invånare 2023",
        at="inhabitants",
        both=True,
    ),
    "contribution of one only": Planted(
        "contributions_sek = { 2025 = 200_000 }\n", "", "Ånäs saknar bidrag 2025", at='code = "anas"', down=-1
    ),
    "contribution without inhabitants": Planted(
        "{ 2025 = 200_000 }", "{ 2023 = 1, 2025 = 200_000 }", "inga invånare", both=True
    ),
    "assignments without a list": Planted(
        '[[assignments]]\ncode = "mapping"\nlabel = "Kartläggning"\n',
        "",
        "saknar [[assignments]]",
        at="uses_assignments",
    ),
    "reasons of a structural initiative": Planted(
        'orientation = "structural"',
        'orientation = "structural"\nexit_reasons = ["left"]',
        "Ta bort exit_reasons",
        down=1,
    ),
    "follow-ups of a structural initiative": Planted(
        'orientation = "structural"',
        'orientation = "structural"\nfollow_up_months = [6]',
        "Ta bort follow_up_months",
        down=1,
    ),
    "assignments of a structural initiative": Planted(
        'orientation = "structural"',
        'orientation = "structural"\nuses_assignments = true',
        "Ta bort uses_assignments",
        down=1,
    ),
    "target above the whole": Planted("target = 33", "target = 133", "mellan 0 och 100"),
    "target below nothing": Planted("target = 33", "target = -3", "mellan 0 och 100"),
    "target of the wrong kind": Planted(
        'measure = "work_or_studies_share"', 'measure = "mean_rating"', "betyg", down=1
    ),
    "unknown direction": Planted("target = 33", 'target = 33\ndirection = "minst"', "at_least och at_most", down=1),
    "goal of an unknown initiative": Planted("target = 33", 'target = 33\ninitiative = "bro"', "”bron”?", down=1),
    "goal of the wrong initiative": Planted("target = 33", 'target = 33\ninitiative = "kurser"', "individual", down=1),
    "assumption out of range": Planted("value = 0.31", "value = 31", "mellan 0 och 1"),
    "unknown report": Planted('template = "helar"', 'template = "helars"', "Menade du ”helar”?"),
    "unknown section": Planted('["sammanfattning", "deltagare"]', '["deltagare", "pengar"]', "inget avsnitt ”pengar”"),
    "report without figures": Planted('["sammanfattning", "deltagare"]', '["sammanfattning"]', "minst ett avsnitt"),
    "schedule in another rhythm": Planted(
        'template = "halvar"', 'template = "halvar"\nrhythm = "quarter"', "görs inte för quarter", down=1
    ),
    "schedule twice": Planted(
        "days = 20",
        'days = 20\n[[schedules]]\ntemplate = "halvar"\nrhythm = "half"\ndays = 5',
        "har redan ett schema för half",
        down=2,
    ),
    "no parties": Planted(
        BASE,
        _without("parties")
        .replace('owner = "Ekby kommun"\n', "")
        .replace('parties = ["Ekby kommun", "Försäkringskassan"]\n', ""),
        "Filen saknar [[parties]]",
        at="# A small",
    ),
    "no groups": Planted(
        BASE, _without("outcome_groups"), "Filen saknar [[outcome_groups]]", at="# A small", both=True
    ),
    "no reasons": Planted(
        BASE,
        _without("exit_reasons").replace('exit_reasons = ["hired", "left"]\n', ""),
        "Filen saknar [[exit_reasons]]",
        at="# A small",
    ),
    "no municipalities": Planted(BASE, _without("municipalities"), "Filen saknar [[municipalities]]", at="# A small"),
    "rule of steps without a ladder": Planted(
        BASE, _without("steps").replace('"either"', '"steps"'), "Lägg till [[steps]]", at="positive_step"
    ),
    "rule of reasons without a reason": Planted(
        BASE,
        BASE.replace("counts_as_positive_step = true\n", "").replace('"either"', '"reason"'),
        "counts_as_positive_step = true",
        at="positive_step",
    ),
}

PLANTED = {**SYNTAX, **SHAPES, **RULES}
