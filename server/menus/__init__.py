"""What is offered on which day."""
