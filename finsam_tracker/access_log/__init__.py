"""The access log as the office reads it: who has looked at what kind of page, and changed what kind of thing."""
