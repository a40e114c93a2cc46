"""The page that shows a terminal without hardware."""
