"""Ordered logs: rows with numbers, their announcements, and viewers who follow them."""
