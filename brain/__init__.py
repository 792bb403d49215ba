"""The slow half: looks, reads, reasons, and says what to do in action tokens (torch lives here)."""
