"""How good the registrations are: sets for those who see rows, counts for everybody else."""
