"""Projects: their documents and logs, the people in them, and how they are stored."""
