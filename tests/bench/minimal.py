"""The floors of what is served: the least page behind a log-in, and the least form that inserts a row."""

from django.contrib.auth.decorators import login_required
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

from finsam_tracker.core.models import Federation, JobRun

PAGE = engines["django"].from_string("<!doctype html><title>{{ federation }}</title><p>{{ federation }}</p>")
FORM = engines["django"].from_string("<!doctype html><form method=post>{% csrf_token %}{{ form }}</form>")


class LeastForm(ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = JobRun
        fields = ["task", "started_at"]


@login_required
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One row of the database, in a template."""
    return HttpResponse(PAGE.render({"federation": Federation.objects.get(slug=slug)}, request))


@login_required
def save(request: HttpRequest) -> HttpResponse:
    """A row inserted."""
    form = LeastForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return HttpResponseRedirect("/sida/f0/")
    return HttpResponse(FORM.render({"form": form}, request))


urlpatterns = [path("sida/<slug:slug>/", page), path("spara/", save)]
