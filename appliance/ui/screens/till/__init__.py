"""The pages of a staffed till: the till itself and the sign-in, each rule file beside its classes."""
