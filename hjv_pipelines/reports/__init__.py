"""What commands and documents tell of imports, of the timetable and of the sources."""
