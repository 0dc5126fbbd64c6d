"""Many records at once: a synthetic force, rows written without the ORM, files of nominals read line by line."""
