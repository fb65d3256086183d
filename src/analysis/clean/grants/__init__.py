"""Grant lists -> partners, agreements and contributions."""
