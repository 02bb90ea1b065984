"""Great Expectations: what the content of the CRM must be."""
