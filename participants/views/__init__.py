"""Pages. Each view finds, allows, validates, does, shows."""
