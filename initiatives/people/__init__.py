"""Who works where: invitations, roles, initiatives, and when it ends."""
