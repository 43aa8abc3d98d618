"""Files of made-up federations, and the faults that are planted in one of them."""
