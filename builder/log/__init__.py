"""Ordered logs: numbered rows, their announcements, and the viewers that follow them."""
