#!/usr/bin/env python
"""Django's door: `python manage.py migrate`, `python manage.py serve`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
    execute_from_command_line(sys.argv)
