"""Figures over REST: the tables, the published editions and what Uppföljning Finsam asks for."""
