"""What the standard wants of single values: each rule judges one text and tells what is wrong with it."""
