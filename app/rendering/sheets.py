"""What every spreadsheet written here shares."""

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EUROS = '#,##0.00\\ "€"'
"""An amount in euros, as a number."""
