"""The pages by which the office sets its federation up. Each view finds, allows, validates, does, shows."""
