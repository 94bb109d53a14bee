"""What a paper shows: tables and figures from score files and logs."""
