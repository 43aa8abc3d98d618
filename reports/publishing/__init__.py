"""Publications: computed from one snapshot, reconciled, protected, attacked, frozen."""
