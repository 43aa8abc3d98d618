"""The forms by which the office sets its federation up."""
