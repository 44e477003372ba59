"""TensorFlow interview cards scheduled with FSRS, and labs that run and grade real training."""

__version__ = "0.1.0"
