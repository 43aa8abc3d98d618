"""What a federation decides about how its reports look: their sections, its logo and its colour."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation


class Arrangement(models.Model):
    """The sections of a report template that a federation wants, in its order. Without a row they are as shipped."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="arrangements")
    template = models.SlugField(max_length=40)
    sections = models.JSONField()

    class Meta:
        ordering = ["template"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "template"], name="reports_arrangement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.template}"


class HouseStyle(models.Model):
    """A federation's logo, a PNG that we have written ourselves, and its colour, ``#rrggbb``; either may be empty."""

    federation = models.OneToOneField(Federation, models.CASCADE, related_name="house_style")
    colour = models.CharField(_("färg"), max_length=7, blank=True)
    logo = models.BinaryField(_("logotyp"), default=b"")
    logo_text = models.CharField(_("logotypen i ord"), max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(logo=b"", logo_text="") | (~Q(logo=b"") & ~Q(logo_text="")),
                name="reports_housestyle_logo_has_text",
            ),
            models.CheckConstraint(
                condition=Q(colour="") | Q(colour__regex="^#[0-9a-f]{6}$"), name="reports_housestyle_colour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.colour}"
