"""How everything looks: theme, stylesheet, icons, and the small pieces that pages share."""
