"""Who may connect to the broker: certificates, their revocation, and the broker's rules."""
