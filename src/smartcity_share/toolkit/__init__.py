"""What app authors build with: the request, the page frame, forms and translations."""
