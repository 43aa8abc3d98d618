"""Passkeys: a key in a phone, in a computer or on a stick, as the second step beside the app for codes."""
