"""The files of reports: their columns and their XML."""
