"""Forms: they read what was typed into ``participants.facts`` and leave the judging to the policies."""
