"""One seller's world, its state and what falls due in it; all sellers of a server; how much there may be."""
