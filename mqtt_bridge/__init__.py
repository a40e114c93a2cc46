"""The wire contract and the end of it that lives on the terminal."""
