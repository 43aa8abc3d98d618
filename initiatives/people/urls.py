"""The addresses under forbund/<federation>/personer/."""

from django.urls import path

from initiatives.people.views import office

urlpatterns = [
    path("", office.people, name="people"),
    path("bjud-in/", office.invite, name="invite"),
    path("<int:member>/roll/", office.change_person, name="change_person"),
    path("<int:member>/avsluta/", office.end_person, name="end_person"),
    path("<int:member>/behall/", office.keep_person, name="keep_person"),
    path("<int:member>/ny-telefon/", office.help_person, name="help_person"),
    path("inbjudningar/<int:asked>/skicka/", office.renew_invitation, name="renew_invitation"),
    path("inbjudningar/<int:asked>/dra-tillbaka/", office.withdraw_invitation, name="withdraw_invitation"),
]
