"""What the CRM's content must be, checked by Great Expectations on the warehouse itself.

dbt owns keys, references, types and logic; these suites own content. Importing this package is cheap: Great
Expectations itself (10 seconds of imports) is loaded by the runner only.
"""
