"""Who gives and who receives: the table of regions, the profile of one region, and the words its kind calls for."""
