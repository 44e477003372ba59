"""The words and the rules of the product, pure: no Qt, SQL, files or clock."""
