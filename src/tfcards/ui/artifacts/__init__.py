"""What a run left, looked at: the list, a view for each kind, TensorBoard."""
