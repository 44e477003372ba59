"""The window, drawn with Qt from what sessions say. No rules, SQL, file formats or clock here."""
