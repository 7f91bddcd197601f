"""Projects: their documents, who edits them, and what is stored."""
