"""The trade: what is sold, to whom, at what price, who pays, what is owed. Pure Python, no I/O, no clock."""
