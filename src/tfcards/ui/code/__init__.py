"""Python on screen: the editor with its parts, a box for typed answers, two versions compared."""
