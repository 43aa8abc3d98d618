"""Reading publications: the frozen edition, whether it is untouched, and its place among the others."""

from django.conf import settings
from django.urls import reverse

from reports.edition import Edition, Imprint, digest
from reports.models import Publication


def edition_of(publication: Publication) -> Edition:
    """The edition of a publication; of a draft, with boxes where the office writes."""
    if publication.content is None:
        raise LookupError(f"{publication} has no figures yet.")
    return Edition.from_json(publication.content)


def is_untouched(publication: Publication) -> bool:
    """Whether the frozen content still has the fingerprint that it was published with."""
    return publication.content is not None and digest(publication.content) == publication.hash


def altered() -> list[Publication]:
    """What has been published, in all federations, and is no longer as it was. One at a time: each is large."""
    published = Publication.objects.published().defer("inside").order_by("pk").iterator(chunk_size=1)
    return [publication for publication in published if not is_untouched(publication)]


def imprint_of(publication: Publication) -> Imprint:
    """What the foot of its pages says."""
    address = f"{settings.BASE_URL}{reverse('check_publication', args=[publication.code])}"
    return Imprint(publication.hash, address, publication.federation.slug)


def latest(publication: Publication) -> Publication:
    """The last edition of the same report, drafts too."""
    about = publication.federation.publications.filter(template=publication.template, period=publication.period)
    return about.order_by("-edition")[0]


def replaced_by(publication: Publication) -> Publication | None:
    """The latest published edition, where it is a later one."""
    later = publication.federation.publications.published().filter(
        template=publication.template, period=publication.period, edition__gt=publication.edition
    )
    return later.order_by("-edition").first()
