"""What ``doctor`` looks at, one module per thing; each check yields findings and never stops another."""
