"""Companies, stores, articles, prices and taxes."""
