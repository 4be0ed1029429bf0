"""What every request passes: language, headers, limits, access, errors, page cache."""
