"""The pages: for citizens, for officials, and the photos."""
