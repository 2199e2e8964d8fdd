"""What every dialect needs and none owns: what a status shows, lists and their pages, jobs, document links, XML."""
