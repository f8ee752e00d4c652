"""The reports of data quality: each look by hand, the judgement, the page, the file."""
