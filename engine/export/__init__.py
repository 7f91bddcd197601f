"""Files that people take away: a trained model, and later other formats."""
