"""Files a city already has, read into records with a report on every row; each folder is a stranger to the others."""
