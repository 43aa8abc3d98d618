"""A federation as one TOML file: checked line by line, loaded as often as one likes, and written back."""
