"""The pages of screens that nobody pays at: pick-up, kitchen and pass-through, each rule file beside its classes."""
