"""Registrations over REST: the same services and sentences as the pages, in the words of the code lists."""
