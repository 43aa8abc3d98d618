"""The federation itself, its parties and municipalities, its money and assumptions."""

from decimal import Decimal

from finsam_tracker.configuration.changes import Change
from finsam_tracker.configuration.writers.writing import Writing, kronor
from finsam_tracker.core.services import federation as services
from finsam_tracker.core.services import money, parameters


def write_federation(writing: Writing, change: Change) -> None:
    facts = services.FederationFacts(**change.values)
    if change.current is None:
        services.create_federation(**writing.actor, slug=writing.slug, facts=facts)
    else:
        services.change_federation(**writing.actor, federation=writing.federation, facts=facts)


def write_party(writing: Writing, change: Change) -> None:
    (name,) = change.wanted.key
    kind = change.values["kind"]
    if change.current is None:
        services.add_party(**writing.actor, federation=writing.federation, name=name, kind=kind)
    else:
        party = writing.federation.parties.get(name=name)
        services.change_party(**writing.actor, party=party, name=name, kind=kind)


def write_municipality(writing: Writing, change: Change) -> None:
    (code,) = change.wanted.key
    name = change.values["name"]
    if change.current is None:
        services.add_municipality(**writing.actor, federation=writing.federation, code=code, name=name)
    else:
        municipality = writing.federation.municipalities.get(code=code)
        services.change_municipality(**writing.actor, municipality=municipality, name=name)


def write_inhabitants(writing: Writing, change: Change) -> None:
    (year,) = change.wanted.key
    settled = {code: money.Settled(count, kronor(agreed)) for code, (count, agreed) in change.values.items()}
    money.set_inhabitants(**writing.actor, federation=writing.federation, year=year, settled=settled)


def write_funding(writing: Writing, change: Change) -> None:
    (year,) = change.wanted.key
    amounts = {source: kronor(amount) for source, amount in change.wanted.values.items()}
    money.set_funding(**writing.actor, federation=writing.federation, year=year, amounts=amounts)


def write_year(writing: Writing, change: Change) -> None:
    (year,) = change.wanted.key
    facts = money.YearOfFederation(**{name: kronor(amount) for name, amount in change.values.items()})
    money.set_federation_year(**writing.actor, federation=writing.federation, year=year, facts=facts)


def write_parameter(writing: Writing, change: Change) -> None:
    key, valid_from = change.wanted.key
    value, source = Decimal(change.values["value"]), change.values["source"]
    if change.current is None:
        parameters.add_parameter(
            **writing.actor,
            federation=writing.federation,
            key=key,
            value=value,
            valid_from=valid_from,
            source=source,
        )
    else:
        row = writing.federation.parameters.get(key=key, valid_from=valid_from)
        parameters.correct_parameter(**writing.actor, parameter=row, value=value, source=source)
