"""What things cost, as ratios within one run on one database."""
